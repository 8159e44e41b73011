"""Code that clamps what the formula does not, or adds an epsilon."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from tests.numerics.audits.implementations.sample import defect


def log_with_epsilon(logits, labels):
    """log(p + 1e-8)."""
    p = F.softmax(logits, dim=1)
    onehot = F.one_hot(labels, logits.shape[1]).to(p.dtype)
    return -torch.mean(torch.sum(onehot * torch.log(p + 1e-8), dim=1))


class ClampedCrossEntropy(nn.Module):
    """log of probabilities not below 1e-7."""

    def forward(self, pred, labels):
        pred = torch.clamp(F.softmax(pred, dim=1), min=1e-7, max=1.0)
        return F.nll_loss(torch.log(pred), labels)


class ReverseCrossEntropy(nn.Module):
    """The predictions are clamped before they meet log 0 = -4."""

    def __init__(self, num_classes):
        super().__init__()
        self.num_classes = num_classes

    def forward(self, pred, labels):
        pred = F.softmax(pred, dim=1).clamp(min=1e-3)
        onehot = F.one_hot(labels, self.num_classes).to(pred.dtype)
        return (4 * pred * (1 - onehot)).sum(dim=1).mean()


class ClampedGCE(nn.Module):
    """The probability is clamped before the power."""

    def __init__(self, num_classes, q=0.7):
        super().__init__()
        self.num_classes, self.q = num_classes, q

    def forward(self, pred, labels):
        pred = F.softmax(pred, dim=1)
        pred = torch.clamp(pred, min=1e-7, max=1.0)
        label_one_hot = F.one_hot(labels, self.num_classes).float().to(pred.device)
        gce = (1.0 - torch.pow(torch.sum(label_one_hot * pred, dim=1), self.q)) / self.q
        return gce.mean()


def clipped_logits(z, y):
    """Logits are kept within [-10, 10]."""
    return F.cross_entropy(z.clamp(-10, 10), y)


class LogitNorm(nn.Module):
    """The norm plus 1e-7, which is differentiable at 0."""

    def __init__(self, t=1.0):
        super().__init__()
        self.t = t

    def forward(self, x, target):
        norms = torch.norm(x, p=2, dim=-1, keepdim=True) + 1e-7
        return F.cross_entropy(torch.div(x, norms) / self.t, target)


class TruncatedGCE(nn.Module):
    """Truncated at k = 0.5, and called GCE."""

    def __init__(self, q=0.7, k=0.5):
        super().__init__()
        self.q, self.k = q, k

    def forward(self, logits, targets):
        p = F.softmax(logits, dim=1)
        Yg = torch.gather(p, 1, torch.unsqueeze(targets, 1))
        return ((1 - torch.max(Yg, torch.full_like(Yg, self.k)) ** self.q) / self.q).mean()


def capped_loss(z, y):
    """The loss of a sample is at most 10."""
    return F.cross_entropy(z, y, reduction="none").clamp(max=10.0)


def hellinger(z, y):
    """sqrt(p + 1e-6)."""
    p = z.softmax(1).gather(1, y[:, None]).squeeze(1)
    return (2 * (1 - torch.sqrt(p + 1e-6))).mean()


def nce_with_epsilon(z, y):
    """A denominator with 1e-3 in it."""
    logp = torch.log_softmax(z, 1)
    return (-logp.gather(1, y[:, None]).squeeze(1) / (-logp.sum(1) + 1e-3)).mean()


def focal_clamped(z, y, gamma=2.0, smooth=1e-5):
    """p_t is kept within [1e-5, 1 - 1e-5]."""
    p = F.softmax(z, dim=1)
    pt = (F.one_hot(y, z.size(1)) * p).sum(1).clamp(smooth, 1.0 - smooth)
    return (-((1 - pt) ** gamma) * pt.log()).mean()


class NormalizedMargin(nn.Module):
    """A sigmoid that is kept away from 0 before its logarithm is taken."""

    def __init__(self, eps=1e-6):
        super().__init__()
        self.eps = eps

    def forward(self, z, y):
        s = torch.sigmoid(z)
        t = F.one_hot(y, z.shape[-1]).to(z.dtype)
        return -(t * (s + self.eps).log() + (1 - t) * (1 - s + self.eps).log()).sum(-1).mean()


DEFECTS = (
    defect("CLAMP", "log(p + 1e-8)", log_with_epsilon, "cross_entropy", "1e-08|1e-8|1/100000000", classes=5),
    defect("CLAMP", "p at least 1e-7", ClampedCrossEntropy(), "cross_entropy", "1e-07|1e-7|1/10000000", classes=10),
    defect(
        "CLAMP",
        "rce of clamped p",
        ReverseCrossEntropy(4),
        "reverse_cross_entropy",
        "0.001|1/1000|1e-3",
        classes=4,
        A=-4,
    ),
    defect("CLAMP", "gce of clamped p", ClampedGCE(10), "gce", "1e-07|1e-7|1/10000000", classes=10, q="7/10"),
    defect("CLAMP", "clipped logits", clipped_logits, "cross_entropy", "10", classes=3),
    defect("CLAMP", "norm plus 1e-7", LogitNorm(), "logit_norm", "1e-07|1e-7|1/10000000", classes=4, tau=1),
    defect("CLAMP", "truncated gce", TruncatedGCE(), "gce", "0.5|1/2", classes=3, q="7/10"),
    defect("CLAMP", "loss at most 10", capped_loss, "cross_entropy", "10", classes=4),
    defect("CLAMP", "sqrt(p + 1e-6)", hellinger, "2*(1 - sqrt(softmax(z)[y]))", "1e-06|1e-6|1/1000000", classes=3),
    defect("CLAMP", "nce plus 1e-3 below", nce_with_epsilon, "nce", "0.001|1/1000|1e-3", classes=3),
    defect("CLAMP", "focal of clamped p_t", focal_clamped, "focal", "1e-05|1e-5|1/100000", classes=5, gamma=2),
    defect(
        "CLAMP", "log(sigmoid + 1e-6)", NormalizedMargin(), "one_vs_rest_logistic", "1e-06|1e-6|1/1000000", classes=3
    ),
)
