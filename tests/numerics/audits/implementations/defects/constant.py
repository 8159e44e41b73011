"""Code that is the formula but for an added constant, which has no gradient."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from tests.numerics.audits.implementations.sample import defect


def power_loss(logits, y, q=0.5):
    """-p_y^q / q: the 1/q is left out."""
    p = logits.softmax(-1).gather(-1, y[:, None]).squeeze(-1)
    return -(p**q / q).mean()


class SmoothedKL(nn.Module):
    """The divergence from the smoothed labels instead of the cross entropy: less by their entropy."""

    def __init__(self, classes, smoothing=0.1):
        super().__init__()
        self.criterion = nn.KLDivLoss(reduction="batchmean")
        self.smoothing, self.cls = smoothing, classes

    def forward(self, x, target):
        true_dist = torch.full_like(x, self.smoothing / self.cls)
        true_dist.scatter_(1, target.unsqueeze(1), 1 - self.smoothing + self.smoothing / self.cls)
        return self.criterion(F.log_softmax(x, dim=1), true_dist)


def brier_without_one(z, y):
    """sum p^2 - 2 p_y, which is less by 1."""
    p = torch.softmax(z, 1)
    return (p**2).sum(1) - 2 * p[torch.arange(z.size(0)), y]


class LDRKL(nn.Module):
    """The mean over the classes is a sum: more by Lambda log C."""

    def __init__(self, Lambda=2.0):
        super().__init__()
        self.Lambda = Lambda

    def forward(self, y_pred, y_true):
        margin = y_pred - torch.gather(y_pred, 1, y_true[:, None])
        return self.Lambda * torch.logsumexp(margin / self.Lambda, dim=1).mean()


def unhinged(z, y):
    """1 + mean(z) - z_y, in the manner of binary unhinged losses."""
    return (1 + z.mean(1) - z[torch.arange(len(y)), y]).mean()


def squared_without_constant(z, y):
    """(|z|^2 - 2 z_y)/2: the square without the square of the label."""
    return (z.pow(2).sum(1) - 2 * z.gather(1, y.view(-1, 1)).squeeze(1)) / 2


DEFECTS = (
    defect("CONSTANT", "gce without 1/q", power_loss, "gce", "2", classes=3, q="1/2"),
    # the entropy of (91/100, 9 times 1/100) is -(0.91 log 0.91 + 0.09 log 0.01) = 0.5003
    defect(
        "CONSTANT",
        "label smoothing as divergence",
        SmoothedKL(10),
        "label_smoothing",
        "0.5002|0.5003|0.5003",
        classes=10,
        r="1/10",
    ),
    defect("CONSTANT", "brier less 1", brier_without_one, "brier", "1", classes=5),
    # 2 log 4 = 2.7726
    defect("CONSTANT", "ldr_kl with a sum", LDRKL(2.0), "ldr_kl", "2.77|log(4)|log(C)", classes=4, lambda_=2),
    defect("CONSTANT", "muh plus 1", unhinged, "muh", "1", classes=4),
    defect("CONSTANT", "square less 1/2", squared_without_constant, "square", "1/2|0.5", classes=3),
)
