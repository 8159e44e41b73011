"""Code with another sum over the classes: none, two, along the wrong axis, over other classes."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from tests.numerics.audits.implementations.sample import defect


def softmax_over_the_batch(z, y):
    """The probabilities of a class sum to 1 over the samples."""
    p = F.softmax(z, dim=0)
    return -torch.log(p[torch.arange(len(y)), y]).mean()


class TwiceSoftmax(nn.Module):
    """A model's softmax before a cross entropy that has its own."""

    def __init__(self):
        super().__init__()
        self.softmax = nn.Softmax(dim=1)
        self.criterion = nn.CrossEntropyLoss()

    def forward(self, outputs, labels):
        return self.criterion(self.softmax(outputs), labels)


def gce_of_sigmoid(logits, labels, q=0.7):
    """Sigmoids in the place of the softmax."""
    p = torch.sigmoid(logits).gather(1, labels.unsqueeze(1)).squeeze(1)
    return ((1 - p**q) / q).mean()


def nll_of_logits(logits, labels):
    """log_softmax is forgotten: -z_y."""
    return F.nll_loss(logits, labels)


class NormalizedCrossEntropy(nn.Module):
    """The denominator is never applied."""

    def __init__(self, num_classes):
        super().__init__()
        self.num_classes = num_classes

    def forward(self, pred, labels):
        logp = F.log_softmax(pred, dim=1)
        onehot = F.one_hot(labels, self.num_classes).to(pred.dtype)
        numerator = -1 * torch.sum(onehot * logp, dim=1)
        denominator = -logp.sum(dim=1)
        assert denominator.shape == numerator.shape
        return numerator.mean()


def nce_over_the_others(z, y):
    """The label's own class is missing in the denominator."""
    logp = F.log_softmax(z, 1)
    own = logp.gather(1, y[:, None])[:, 0]
    return (own / (logp.sum(1) - own)).mean()


def nfl_over_cross_entropies(z, y, gamma=0.5):
    """A focal loss over the sum of cross entropies."""
    logp = z.log_softmax(1)
    picked = logp.gather(1, y[:, None]).squeeze(1)
    return ((1 - picked.exp()) ** gamma * picked / logp.sum(1)).mean()


def softmax_over_everything(z, y):
    """The exponentials of the whole batch are summed."""
    e = torch.exp(z)
    p = e / torch.sum(e)
    return -torch.log(p[torch.arange(len(y)), y]).mean()


def brier_of_sigmoid(z, y):
    """Sigmoids in the place of the softmax."""
    return ((z.sigmoid() - torch.eye(z.shape[1], dtype=z.dtype)[y]) ** 2).sum(1).mean()


def others_only(z, y):
    """The label's own logit is missing in the logsumexp."""
    mask = F.one_hot(y, z.size(1)).bool()
    rest = z.masked_fill(mask, float("-inf"))
    return (torch.logsumexp(rest, 1) - z[mask]).mean()


def stabilised_in_one_place(z, y):
    """The maximum is taken from the numerator and not from the denominator."""
    shifted = z - z.max(dim=1, keepdim=True).values
    p = shifted.exp() / z.exp().sum(dim=1, keepdim=True)
    return (1 - p.gather(1, y[:, None]).squeeze(1)) * 2


class SoftmaxOfSigmoid(nn.Module):
    """Sigmoids go into a softmax."""

    def forward(self, z, y):
        return (1 - F.softmax(torch.sigmoid(z), dim=1).gather(1, y[:, None]).squeeze(1) ** 0.5).mean() / 0.5


def smoothing_with_two_softmaxes(z, y):
    """The smoothed cross entropy of probabilities."""
    return F.cross_entropy(z.softmax(-1), y, label_smoothing=0.1)


DEFECTS = (
    defect(
        "NORMALISER|REDUCTION",
        "softmax over dim 0",
        softmax_over_the_batch,
        "cross_entropy",
        "axis|batch|dim",
        classes=4,
    ),
    defect("NORMALISER", "softmax twice", TwiceSoftmax(), "cross_entropy", "softmax", classes=5),
    defect("NORMALISER", "gce of sigmoid", gce_of_sigmoid, "gce", "sigmoid", classes=4, q="7/10"),
    defect("NORMALISER", "nll of logits", nll_of_logits, "cross_entropy", "softmax|logsumexp|normalis", classes=6),
    defect(
        "NORMALISER", "nce without denominator", NormalizedCrossEntropy(10), "nce", "denominator|divi|total", classes=10
    ),
    defect("NORMALISER", "nce over the others", nce_over_the_others, "nce", "denominator|divi|other|but=y", classes=4),
    defect(
        "NORMALISER", "nfl over ce", nfl_over_cross_entropies, "nfl", "denominator|divi|total", classes=3, gamma="1/2"
    ),
    defect(
        "NORMALISER|REDUCTION",
        "softmax over everything",
        softmax_over_everything,
        "cross_entropy",
        "batch|axis|dim",
        classes=3,
    ),
    defect("NORMALISER", "brier of sigmoid", brier_of_sigmoid, "brier", "sigmoid", classes=3),
    defect("NORMALISER", "logsumexp of the others", others_only, "cross_entropy", "other|but=y", classes=4),
    defect("NORMALISER|OTHER", "shifted above only", stabilised_in_one_place, "mae", "", classes=4),
    defect("NORMALISER", "softmax of sigmoid", SoftmaxOfSigmoid(), "gce", "sigmoid", classes=4, q="1/2"),
    defect(
        "NORMALISER",
        "smoothing, softmax twice",
        smoothing_with_two_softmaxes,
        "label_smoothing",
        "softmax",
        classes=5,
        r="1/10",
    ),
)
