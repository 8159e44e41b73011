"""Margins, one against the rest, squares: losses of the raw logits, in many styles."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from tests.numerics.audits.implementations.sample import correct


def unhinged(z, y):
    return (z.mean(dim=1) - z.gather(1, y.unsqueeze(1)).squeeze(1)).mean()


class WestonWatkins(nn.Module):
    """A loop over the classes."""

    def forward(self, z, y):
        own = z[torch.arange(len(y)), y]
        loss = torch.zeros_like(own)
        for j in range(z.shape[1]):
            hinge = torch.clamp(1 - own + z[:, j], min=0)
            loss = loss + torch.where(y == j, torch.zeros_like(hinge), hinge)
        return loss.mean()


def crammer_singer(z, y):
    mask = F.one_hot(y, z.shape[1]).bool()
    rival = z.masked_fill(mask, float("-inf")).max(dim=1).values
    return F.relu(1 - z[mask] + rival).mean()


def carlini_wagner(z, y):
    """The rival by a large number taken off the label's logit."""
    onehot = F.one_hot(y, z.shape[1]).to(z.dtype)
    real = (onehot * z).sum(1)
    other = ((1 - onehot) * z - onehot * 1e9).max(1)[0]
    return (other - real).mean()


def multi_margin_by_mask(z, y):
    margin = 1 - z.gather(1, y[:, None]) + z
    keep = torch.ones_like(z).scatter_(1, y[:, None], 0)
    return (margin.clamp(min=0) * keep).mean(1).mean()


class OneVersusRest(nn.Module):
    def __init__(self):
        super().__init__()
        self.bce = nn.BCEWithLogitsLoss(reduction="none")

    def forward(self, z, y):
        return self.bce(z, F.one_hot(y, z.shape[1]).to(z.dtype)).sum(1).mean()


def one_versus_rest_naive(z, y):
    """log(1 - sigmoid) as it is written in the books."""
    s = torch.sigmoid(z)
    t = F.one_hot(y, z.shape[1]).to(z.dtype)
    return -torch.where(t > 0, torch.log(s), torch.log(1 - s)).sum(1).mean()


class PositiveWeight(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.w = w

    def forward(self, z, y):
        t = F.one_hot(y, z.shape[1]).to(z.dtype)
        weight = torch.full((z.shape[1],), self.w, dtype=z.dtype)
        return F.binary_cross_entropy_with_logits(z, t, pos_weight=weight, reduction="sum") / len(z)


def sigmoid_focal_loss(logits, labels, alpha=-1, gamma=2):
    targets = F.one_hot(labels, logits.shape[1]).to(logits.dtype)
    p = torch.sigmoid(logits)
    ce_loss = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    p_t = p * targets + (1 - p) * (1 - targets)
    loss = ce_loss * ((1 - p_t) ** gamma)
    if alpha >= 0:
        alpha_t = alpha * targets + (1 - alpha) * (1 - targets)
        loss = alpha_t * loss
    return loss.sum(1).mean()


class AsymmetricLoss(nn.Module):
    def __init__(self, gamma_neg=4, gamma_pos=1, clip=0.05):
        super().__init__()
        self.gamma_neg, self.gamma_pos, self.clip = gamma_neg, gamma_pos, clip

    def forward(self, x, labels):
        y = F.one_hot(labels, x.shape[1]).to(x.dtype)
        x_sigmoid = torch.sigmoid(x)
        xs_pos, xs_neg = x_sigmoid, 1 - x_sigmoid
        xs_neg = (xs_neg + self.clip).clamp(max=1)
        loss = y * F.logsigmoid(x) + (1 - y) * torch.log(xs_neg)
        pt = xs_pos * y + xs_neg * (1 - y)
        one_sided_gamma = self.gamma_pos * y + self.gamma_neg * (1 - y)
        return -(loss * torch.pow(1 - pt, one_sided_gamma)).sum(1).mean()


def square(z, y):
    return 0.5 * F.mse_loss(z, F.one_hot(y, z.shape[1]).to(z.dtype), reduction="sum") / z.size(0)


def square_centred(z, y):
    target = F.one_hot(y, z.shape[1]).to(z.dtype)
    target -= target.mean(1, keepdim=True)
    return ((z - target).norm(dim=1) ** 2 / 2).mean()


class RescaledSquare(nn.Module):
    def __init__(self, k=1.0, M=15.0):
        super().__init__()
        self.k, self.M = k, M

    def forward(self, z, y):
        t = F.one_hot(y, z.shape[-1])
        weight = 1 + (self.k - 1) * t
        return (weight * (z - self.M * t) ** 2).sum(-1).mean()


def pairwise(function):
    def loss(z, y):
        difference = z - z.gather(1, y[:, None])
        others = 1 - F.one_hot(y, z.shape[1]).to(z.dtype)
        return (function(difference) * others).sum(1).mean()

    return loss


def ova_sigmoid(z, y):
    sign = torch.ones_like(z)
    sign[torch.arange(len(y)), y] = -1
    return torch.sigmoid(sign * z).sum(1).mean()


def lee_lin_wahba(z, y):
    C = z.shape[1]
    keep = torch.arange(C) != y[:, None]
    return F.relu(z + 1 / (C - 1))[keep].view(len(z), C - 1).sum(1).mean()


def one_vs_all_hinge(z, y):
    t = 2.0 * F.one_hot(y, z.shape[1]) - 1.0
    return torch.clamp(1.0 - t.to(z.dtype) * z, min=0).sum(1).mean()


class AMSoftmax(nn.Module):
    def __init__(self, s=4.0, m=0.35):
        super().__init__()
        self.s, self.m = s, m

    def forward(self, cosine, label):
        delt = torch.zeros_like(cosine).scatter_(1, label.view(-1, 1), self.m)
        return F.cross_entropy(self.s * (cosine - delt), label)


class LDAM(nn.Module):
    """Margins of the classes by a product with the one-hot labels."""

    def __init__(self, margins, s=2):
        super().__init__()
        self.register_buffer("margins", torch.tensor(margins))
        self.s = s

    def forward(self, x, target):
        index = torch.zeros_like(x, dtype=torch.uint8)
        index.scatter_(1, target.data.view(-1, 1), 1)
        batch_m = torch.matmul(self.margins[None, :].to(x.dtype), index.to(x.dtype).transpose(0, 1)).view((-1, 1))
        output = torch.where(index.bool(), x - batch_m, x)
        return F.cross_entropy(self.s * output, target)


def binary_hinge(z, y):
    """Labels -1 and 1, and the difference of two logits."""
    sign = 2 * y - 1
    return F.relu(1 - sign * (z[:, 1] - z[:, 0])).mean()


def soft_margin(z, y):
    return F.soft_margin_loss(z[:, 1] - z[:, 0], (2 * y - 1).to(z.dtype))


CORRECT = (
    correct("muh", unhinged, "muh"),
    correct("weston watkins by a loop", WestonWatkins(), "weston_watkins", classes=4, m=1),
    correct("crammer singer", crammer_singer, "crammer_singer", classes=4),
    correct("carlini wagner", carlini_wagner, "carlini_wagner", classes=4),
    correct("torch's multi margin", nn.MultiMarginLoss(), "multi_margin"),
    correct("multi margin by a mask", multi_margin_by_mask, "multi_margin", classes=4),
    correct("torch's multi margin, p = 2", nn.MultiMarginLoss(p=2, margin=0.5), "multi_margin_squared", m="1/2"),
    correct("one versus rest", OneVersusRest(), "one_vs_rest_logistic"),
    correct("one versus rest, naive", one_versus_rest_naive, "one_vs_rest_logistic", classes=4),
    correct("positive weight", PositiveWeight(3.0), "bce_pos_weight", classes=4, w=3),
    correct("sigmoid focal", sigmoid_focal_loss, "sigmoid_focal", gamma=2),
    correct("asymmetric", AsymmetricLoss(), "asymmetric_loss", classes=4, gamma_plus=1, gamma_minus=4, m="1/20"),
    correct("square", square, "square"),
    correct("square, centred", square_centred, "square_centred"),
    correct("rescaled square", RescaledSquare(2.0, 5.0), "rescaled_square", k=2, M=5),
    correct("pairwise logistic", pairwise(F.softplus), "pairwise_logistic"),
    correct("pairwise sigmoid", pairwise(torch.sigmoid), "pairwise_sigmoid"),
    correct("adaboost", pairwise(torch.exp), "adaboost_mr"),
    correct("ova sigmoid", ova_sigmoid, "ova_sigmoid", classes=4),
    correct("lee lin wahba", lee_lin_wahba, "lee_lin_wahba", classes=4),
    correct("one versus all hinge", one_vs_all_hinge, "one_vs_all_hinge", classes=4),
    correct("margin softmax", AMSoftmax(), "cosface", s=4, m="7/20"),
    correct("ldam", LDAM([0.5, 0.25, 0.125]), "ldam", classes=3, s=2, m="1/2, 1/4, 1/8"),
    correct("binary hinge", binary_hinge, "hinge", classes=2),
    correct("torch's soft margin", soft_margin, "logistic_margin", classes=2),
)
