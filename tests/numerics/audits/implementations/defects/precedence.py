"""Code with a bracket missing or in another place."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from tests.numerics.audits.implementations.sample import defect


def probability(z, y):
    return z.softmax(1).gather(1, y.unsqueeze(1)).squeeze(1)


def gce(z, y, q=0.7):
    """1 - p^q/q for (1 - p^q)/q."""
    p = probability(z, y)
    return (1 - p**q / q).mean()


class NormalizedReverseCrossEntropy(nn.Module):
    """1/4 (C - 1) for 1/(4 (C - 1)): public code of several repositories."""

    def __init__(self, num_classes, scale=1.0):
        super().__init__()
        self.num_classes, self.scale = num_classes, scale

    def forward(self, pred, labels):
        pred = F.softmax(pred, dim=1)
        onehot = F.one_hot(labels, self.num_classes).to(pred.dtype)
        normalizor = 1 / 4 * (self.num_classes - 1)
        rce = -1 * torch.sum(pred * torch.where(onehot > 0, 0.0, -4.0), dim=1)
        return self.scale * normalizor * rce.mean()


def focal(z, y, gamma=2):
    """1 - p^gamma for (1 - p)^gamma."""
    p = probability(z, y)
    return (-(1 - p**gamma) * torch.log(p)).mean()


def agce(z, y, a=1, q=2):
    """Only the second power is divided by q."""
    return ((a + 1) ** q - (a + probability(z, y)) ** q / q).mean()


def aul(z, y, a=1.5, q=0.9):
    """Only the second power is divided by q."""
    return ((a - probability(z, y)) ** q - (a - 1) ** q / q).mean()


class AlphaLoss(nn.Module):
    """alpha/alpha - 1 for alpha/(alpha - 1)."""

    def __init__(self, alpha=2.0):
        super().__init__()
        self.alpha = alpha

    def forward(self, z, y):
        p = probability(z, y)
        return (self.alpha / self.alpha - 1 * (1 - p ** ((self.alpha - 1) / self.alpha))).mean()


def alpha_exponent(z, y, alpha=3.0):
    """The exponent alpha - 1/alpha for (alpha - 1)/alpha."""
    p = probability(z, y)
    return (alpha / (alpha - 1) * (1 - p ** (alpha - 1 / alpha))).mean()


def smoothing(z, y, r=0.1):
    """1 - r log p for (1 - r) log p."""
    logp = z.log_softmax(-1)
    return -(1 - r * logp.gather(1, y[:, None]).squeeze(1) + r * logp.mean(-1)).mean()


def forward_correction(z, y, a=0.7):
    """a p + 1 - a/C for a p + (1 - a)/C."""
    return -torch.log(a * probability(z, y) + 1 - a / z.shape[1]).mean()


def beta_divergence(z, y, beta=0.5):
    """1 + p^beta/beta for (1 + 1/beta) p^beta."""
    p = z.softmax(1)
    return ((p ** (1 + beta)).sum(1) - (1 + 1 / beta * p.gather(1, y[:, None]).squeeze(1) ** beta)).mean()


def cosface(z, y, s=4.0, m=0.35):
    """s z - m e_y for s (z - m e_y)."""
    return F.cross_entropy(s * z - m * F.one_hot(y, z.size(1)), y)


def unhinged(z, y):
    """(sum(z) - z_y)/C written as sum(z)/C of the wrong bracket: sum(z) - z_y/C."""
    return (z.sum(1) - z.gather(1, y[:, None]).squeeze(1) / z.size(1)).mean()


class SCE(nn.Module):
    """alpha (ce + beta rce) for alpha ce + beta rce."""

    def __init__(self, alpha, beta):
        super().__init__()
        self.alpha, self.beta = alpha, beta

    def forward(self, z, y):
        ce = F.cross_entropy(z, y, reduction="none")
        rce = 4 * (1 - torch.exp(-ce))
        return (self.alpha * (ce + self.beta * rce)).mean()


def taylor(z, y):
    """(1 - p) + p/2 for (1 - p)(1 + (1 - p)/2)."""
    p = probability(z, y)
    return ((1 - p) * 1 + (1 - p) / 2).mean()


DEFECTS = (
    defect("PRECEDENCE", "1 - p**q/q", gce, "gce", "bracket", classes=4, q="7/10"),
    # with brackets the factor is 1/36, so 81 times as much as meant
    defect(
        "PRECEDENCE|SCALE",
        "1/4*(C-1)",
        NormalizedReverseCrossEntropy(10),
        "4*(1 - softmax(z)[y])/(4*(C - 1))",
        "bracket|81",
        classes=10,
    ),
    defect("PRECEDENCE", "1 - p**gamma", focal, "focal", "bracket", classes=4, gamma=2),
    # (a + 1)^q - (a + p)^q/q is the formula plus (a + 1)^q (1 - 1/q) = 2
    defect("PRECEDENCE|CONSTANT", "agce half over q", agce, "agce", "bracket|plus 2", classes=4, a=1, q=2),
    # (a - 1)^q (1/q - 1) = 0.5359/9 = 0.0595
    defect("PRECEDENCE|CONSTANT", "aul half over q", aul, "aul", "bracket|0.0595", classes=4, a="3/2", q="9/10"),
    # 1 - (1 - p^(1/2)), where 2 (1 - p^(1/2)) is meant
    defect("PRECEDENCE|SCALE", "alpha/alpha - 1", AlphaLoss(), "alpha_loss", "bracket|-1/2", classes=3, alpha=2),
    defect("PRECEDENCE", "alpha - 1/alpha", alpha_exponent, "alpha_loss", "bracket", classes=3, alpha=3),
    defect("PRECEDENCE", "1 - r*log p", smoothing, "label_smoothing", "bracket", classes=4, r="1/10"),
    defect("PRECEDENCE", "a*p + 1 - a/C", forward_correction, "forward_uniform", "bracket", classes=5, a="7/10"),
    defect("PRECEDENCE", "1 + 1/beta*p", beta_divergence, "beta_divergence", "bracket", classes=4, beta="1/2"),
    defect("PRECEDENCE|IGNORED_ARGUMENT", "s*z - m", cosface, "cosface", "bracket|m = 7/80", classes=4, s=4, m="7/20"),
    defect("PRECEDENCE", "sum(z) - z_y/C", unhinged, "(total(z) - z[y])/C", "bracket", classes=4),
    defect(
        "PRECEDENCE|IGNORED_ARGUMENT",
        "alpha*(ce + beta*rce)",
        SCE(0.1, 1.0),
        "symmetric_cross_entropy",
        "bracket|beta = 1/10",
        classes=4,
        alpha="1/10",
        beta=1,
        A=-4,
    ),
    defect("PRECEDENCE", "taylor", taylor, "taylor_ce", "bracket", classes=4),
)
