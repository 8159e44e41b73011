"""Code that is the formula but for a factor."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from tests.numerics.audits.implementations.sample import defect


class GeneralizedCrossEntropy(nn.Module):
    """The division by q is left out: q times GCE."""

    def __init__(self, q=0.7):
        super().__init__()
        self.q = q

    def forward(self, logits, targets):
        probs = F.softmax(logits, dim=1)
        probs = torch.gather(probs, 1, targets.unsqueeze(1))
        return torch.mean(1 - probs**self.q)


class MAELoss(nn.Module):
    """1 - p_y, which is half of the distance between p and the one-hot label."""

    def __init__(self, num_classes):
        super().__init__()
        self.num_classes = num_classes

    def forward(self, pred, labels):
        pred = F.softmax(pred, dim=1)
        label_one_hot = F.one_hot(labels, self.num_classes).float().to(pred.device)
        return (1.0 - torch.sum(label_one_hot * pred, dim=1)).mean()


def squared_error(outputs, targets):
    """The half of the square is left out."""
    onehot = torch.zeros_like(outputs).scatter_(1, targets.view(-1, 1), 1)
    return ((outputs - onehot) ** 2).sum(dim=1).mean()


def negated(outputs, targets):
    """The sign of the log-likelihood is forgotten."""
    return F.log_softmax(outputs, 1)[torch.arange(len(targets)), targets].mean()


class WeightedFocal(nn.Module):
    """A default alpha of 1/4 on every class."""

    def __init__(self, alpha=0.25, gamma=2.0):
        super().__init__()
        self.alpha, self.gamma = alpha, gamma

    def forward(self, logits, target):
        ce = F.cross_entropy(logits, target, reduction="none")
        pt = torch.exp(-ce)
        return (self.alpha * (1 - pt) ** self.gamma * ce).mean()


def summed_unhinged(z, y):
    """sum(z) - C z_y: MUH times the number of classes."""
    return (z.sum(1) - z.size(1) * z.gather(1, y[:, None])[:, 0]).mean()


def cross_entropy_in_bits(z, y):
    """The logarithm to base 2."""
    p = torch.softmax(z, -1)
    return -torch.log2(p[range(len(y)), y]).mean()


class Distilled(nn.Module):
    """The factor T^2 of distillation stays in a cross entropy with temperature."""

    def __init__(self, T=2.0):
        super().__init__()
        self.T = T

    def forward(self, logits, y):
        return F.cross_entropy(logits / self.T, y) * self.T**2


class NMAE(nn.Module):
    """1/(2 (C - 1)) where 1/(C - 1) is meant."""

    def __init__(self, num_classes, scale=1.0):
        super().__init__()
        self.num_classes, self.scale = num_classes, scale

    def forward(self, pred, labels):
        pred = F.softmax(pred, dim=1)
        onehot = F.one_hot(labels, self.num_classes).float()
        normalizer = 1 / (2 * (self.num_classes - 1))
        return self.scale * (normalizer * (1.0 - (onehot * pred).sum(dim=1))).mean()


def tempered(z, y, alpha=3):
    """The division by alpha is left out."""
    return 1 - (alpha * z).softmax(1).gather(1, y.unsqueeze(1)).squeeze(1)


def averaged_hinge(z, y):
    """torch's margin loss, which divides by C, for the sum of Weston and Watkins."""
    return F.multi_margin_loss(z, y)


def logistic_over_classes(z, y):
    """A half from the labels -1 and 1: the sum of both codings."""
    sign = 2 * F.one_hot(y, z.shape[1]).to(z.dtype) - 1
    return F.softplus(-sign * z).sum(1).mean() / 2


DEFECTS = (
    defect("SCALE", "gce not over q", GeneralizedCrossEntropy(0.7), "gce", "7/10|0.7", classes=10, q="7/10"),
    defect("SCALE", "mae as 1 - p", MAELoss(10), "mae", "1/2|0.5|half", classes=10),
    defect("SCALE", "square without its half", squared_error, "square", "2|twice", classes=5),
    defect("SCALE", "cross entropy with the other sign", negated, "cross_entropy", "-1|sign", classes=4),
    defect("SCALE", "focal times alpha", WeightedFocal(), "focal", "1/4|0.25", classes=10, gamma=2),
    defect("SCALE", "muh times C", summed_unhinged, "muh", "5", classes=5),
    defect("SCALE", "cross entropy in bits", cross_entropy_in_bits, "cross_entropy", "1.44|log(2)", classes=3),
    defect("SCALE", "cross entropy times T^2", Distilled(2.0), "temperature_ce", "4", classes=3, tau=2),
    defect("SCALE", "nmae over 2", NMAE(7), "nmae", "1/2|0.5|half", classes=7),
    defect("SCALE", "tempered mae not over alpha", tempered, "tempered_mae", "3", classes=4, alpha=3),
    defect(
        "SCALE|REDUCTION", "weston watkins over C", averaged_hinge, "weston_watkins", "1/6|0.166|1/C", classes=6, m=1
    ),
    defect("SCALE", "one vs rest over 2", logistic_over_classes, "one_vs_rest_logistic", "1/2|0.5|half", classes=3),
)
