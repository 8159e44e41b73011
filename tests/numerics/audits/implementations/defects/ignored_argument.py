"""Code that does not look at one of its arguments, or is the formula at other values of its parameters."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from tests.numerics.audits.implementations.sample import defect


class FocalFixed(nn.Module):
    """gamma is stored and 2 is used."""

    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma

    def forward(self, inputs, targets):
        ce_loss = F.cross_entropy(inputs, targets, reduction="none")
        pt = torch.exp(-ce_loss)
        return ((1 - pt) ** 2 * ce_loss).mean()


class FocalWithoutGamma(nn.Module):
    """gamma is not used at all: the cross entropy."""

    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma

    def forward(self, inputs, targets):
        logp = F.log_softmax(inputs, 1)
        return F.nll_loss(logp, targets)


class GCE(nn.Module):
    """The constructor sets q = 0.7, whatever it is given."""

    def __init__(self, q=0.7):
        super().__init__()
        self.q = 0.7

    def forward(self, z, y):
        p = z.softmax(1).gather(1, y[:, None]).squeeze(1)
        return ((1 - p**self.q) / self.q).mean()


class Smoothed(nn.Module):
    """The smoothing is not handed on."""

    def __init__(self, smoothing=0.1):
        super().__init__()
        self.smoothing = smoothing
        self.criterion = nn.CrossEntropyLoss()

    def forward(self, z, y):
        return self.criterion(z, y)


def multiplied_by_temperature(z, y, tau=2.0):
    """z tau for z/tau."""
    return F.cross_entropy(z * tau, y)


class SwappedSCE(nn.Module):
    """alpha and beta stand in each other's place."""

    def __init__(self, alpha, beta):
        super().__init__()
        self.alpha, self.beta = alpha, beta

    def forward(self, z, y):
        ce = F.cross_entropy(z, y)
        p = F.softmax(z, 1)
        mae = (1 - p[torch.arange(len(y)), y]).mean()
        return self.beta * ce + self.alpha * 4 * mae


class LabelSmoothingCrossEntropy(nn.Module):
    """The smoothing is spread over the C - 1 others, where the formula spreads it over all C."""

    def __init__(self, classes, smoothing=0.1):
        super().__init__()
        self.confidence, self.smoothing, self.cls = 1.0 - smoothing, smoothing, classes

    def forward(self, pred, target):
        pred = pred.log_softmax(dim=-1)
        with torch.no_grad():
            true_dist = torch.zeros_like(pred)
            true_dist.fill_(self.smoothing / (self.cls - 1))
            true_dist.scatter_(1, target.data.unsqueeze(1), self.confidence)
        return torch.mean(torch.sum(-true_dist * pred, dim=-1))


def pseudo_labels(z, y):
    """The label is the model's own, the given one is ignored."""
    return F.cross_entropy(z, z.argmax(1))


class WeightedCE(nn.Module):
    """The weights are a buffer that nothing reads."""

    def __init__(self, weight):
        super().__init__()
        self.register_buffer("weight", torch.as_tensor(weight))

    def forward(self, z, y):
        return F.cross_entropy(z, y, reduction="none")


class CosFace(nn.Module):
    """The margin is not subtracted."""

    def __init__(self, s=4.0, m=0.35):
        super().__init__()
        self.s, self.m = s, m

    def forward(self, cosine, label):
        one_hot = torch.zeros_like(cosine)
        one_hot.scatter_(1, label.view(-1, 1), 1.0)
        output = one_hot * cosine + (1.0 - one_hot) * cosine
        return F.cross_entropy(output * self.s, label)


class Poly1(nn.Module):
    """The default of a function is used, not the module's epsilon."""

    def __init__(self, epsilon=1.0):
        super().__init__()
        self.epsilon = epsilon

    def forward(self, z, y):
        return self.poly(z, y).mean()

    def poly(self, z, y, epsilon=1.0):
        ce = F.cross_entropy(z, y, reduction="none")
        return ce + epsilon * (1 - torch.exp(-ce))


class PHuber(nn.Module):
    """tau of the paper's other data set is written into the loss."""

    def __init__(self, tau=10):
        super().__init__()
        self.tau = tau

    def forward(self, z, y):
        p = z.softmax(-1)[torch.arange(len(y)), y]
        linear = -2 * p + torch.log(torch.tensor(2.0, dtype=z.dtype)) + 1
        return torch.where(p <= 0.5, linear, -torch.log(p)).mean()


class Entropic(nn.Module):
    """The penalty's weight is ignored."""

    def __init__(self, beta):
        super().__init__()
        self.beta = beta

    def forward(self, z, y):
        return F.cross_entropy(z, y) + (z.softmax(1) * z.log_softmax(1)).sum(1).mean()


class MultiMargin(nn.Module):
    """The margin is not handed on: 1."""

    def __init__(self, margin=0.5):
        super().__init__()
        self.margin = margin
        self.loss = nn.MultiMarginLoss(p=2)

    def forward(self, z, y):
        return self.loss(z, y)


DEFECTS = (
    defect("IGNORED_ARGUMENT", "gamma fixed", FocalFixed(gamma=0.5), "focal", "gamma", classes=5, gamma="1/2"),
    defect("IGNORED_ARGUMENT", "gamma unused", FocalWithoutGamma(2.0), "focal", "gamma", classes=4, gamma=2),
    defect("IGNORED_ARGUMENT", "q fixed", GCE(q=0.5), "gce", "q", classes=4, q="1/2"),
    defect(
        "IGNORED_ARGUMENT",
        "smoothing unused",
        Smoothed(0.1),
        "label_smoothing",
        "r = 0|r=0|smoothing",
        classes=4,
        r="1/10",
    ),
    defect("IGNORED_ARGUMENT", "times tau", multiplied_by_temperature, "temperature_ce", "tau", classes=4, tau=2),
    defect(
        "IGNORED_ARGUMENT",
        "alpha, beta swapped",
        SwappedSCE(0.1, 1.0),
        "symmetric_cross_entropy",
        "alpha",
        classes=4,
        alpha="1/10",
        beta=1,
        A=-4,
    ),
    # (1 - r) e_y + r/(C - 1) on the others is 1 - r' + r'/C with r' = r C/(C - 1) = 1/9
    defect(
        "IGNORED_ARGUMENT|NORMALISER",
        "smoothing over C - 1",
        LabelSmoothingCrossEntropy(10),
        "label_smoothing",
        "1/9|C - 1|other classes",
        classes=10,
        r="1/10",
    ),
    defect("IGNORED_ARGUMENT", "label ignored", pseudo_labels, "cross_entropy", "label", classes=4),
    defect(
        "IGNORED_ARGUMENT",
        "weights ignored",
        WeightedCE([1.0, 2.0, 3.0]),
        "class_weighted_ce",
        "w",
        classes=3,
        w="1, 2, 3",
    ),
    defect("IGNORED_ARGUMENT", "margin ignored", CosFace(), "cosface", "m = 0|m=0|m ", classes=4, s=4, m="7/20"),
    defect("IGNORED_ARGUMENT", "epsilon not handed on", Poly1(2.0), "poly_loss", "eps", classes=4, eps=2),
    defect("IGNORED_ARGUMENT", "tau fixed", PHuber(10), "phuber_ce", "tau", classes=5, tau=10),
    defect("IGNORED_ARGUMENT", "beta ignored", Entropic(0.1), "confidence_penalty", "beta", classes=4, beta="1/10"),
    defect(
        "IGNORED_ARGUMENT",
        "margin not handed on",
        MultiMargin(0.5),
        "multi_margin_squared",
        "m = 1|m=1|m ",
        classes=3,
        m="1/2",
    ),
)
