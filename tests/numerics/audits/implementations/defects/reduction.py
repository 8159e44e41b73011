"""Code that reduces a batch in another way than by the mean or the sum of its samples, or than it says."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from tests.numerics.audits.implementations.sample import defect


class WeightedCrossEntropy(nn.Module):
    """The mean is over the weights of the batch."""

    def __init__(self, weight):
        super().__init__()
        self.register_buffer("weight", torch.tensor(weight))

    def forward(self, z, y):
        return F.cross_entropy(z, y, weight=self.weight.to(z.dtype))


class SummedUnderMean(nn.Module):
    """It says mean and sums."""

    def __init__(self, q=0.7, reduction="mean"):
        super().__init__()
        self.q, self.reduction = q, reduction

    def forward(self, z, y):
        p = F.softmax(z, dim=-1).gather(-1, y[:, None]).squeeze(-1)
        return ((1 - p**self.q) / self.q).sum()


class AlwaysMean(nn.Module):
    """It says sum and takes the mean."""

    def __init__(self, gamma=2.0, reduction="mean"):
        super().__init__()
        self.gamma, self.reduction = gamma, reduction

    def forward(self, z, y):
        ce = F.cross_entropy(z, y, reduction="none")
        return ((1 - torch.exp(-ce)) ** self.gamma * ce).mean()


class BCE(nn.Module):
    """torch's mean is over the batch and the classes."""

    def __init__(self, num_classes):
        super().__init__()
        self.num_classes = num_classes
        self.loss = nn.BCEWithLogitsLoss()

    def forward(self, z, y):
        return self.loss(z, F.one_hot(y, self.num_classes).to(z.dtype))


def mean_squared_error(z, y):
    """torch's mean is over the batch and the classes."""
    return F.mse_loss(F.softmax(z, 1), F.one_hot(y, z.shape[1]).to(z.dtype))


def divergence_by_elements(z, y):
    """KLDivLoss divides by the number of elements unless it is told otherwise."""
    onehot = F.one_hot(y, z.shape[1]).to(z.dtype)
    with torch.no_grad():
        assert onehot.shape == z.shape
    return F.kl_div(F.log_softmax(z, dim=1), onehot, reduction="none").mean()


def focal_over_foreground(z, y):
    """The sum is divided by the number of samples that are not of class 0."""
    ce = F.cross_entropy(z, y, reduction="none")
    loss = (1 - torch.exp(-ce)) ** 2 * ce
    return loss.sum() / (y > 0).sum().clamp(min=1)


def divided_by_classes(z, y):
    """The sum over the batch is divided by z.size(1)."""
    return F.cross_entropy(z, y, reduction="sum") / z.size(1)


def mean_twice(z, y):
    """The mean is divided by the size of the batch once more."""
    return F.cross_entropy(z, y) / len(y)


class FocalOfTheMean(nn.Module):
    """The focal weight of the mean cross entropy, not the mean of the focal losses."""

    def __init__(self, gamma=2):
        super().__init__()
        self.gamma = gamma
        self.ce = nn.CrossEntropyLoss()

    def forward(self, z, y):
        logp = self.ce(z, y)
        p = torch.exp(-logp)
        loss = (1 - p) ** self.gamma * logp
        return loss.mean()


class HalfSummed(nn.Module):
    """One part is a mean over the batch, the other a sum."""

    def __init__(self, alpha, beta):
        super().__init__()
        self.alpha, self.beta = alpha, beta

    def forward(self, z, y):
        ce = F.cross_entropy(z, y)
        p = F.softmax(z, 1)[torch.arange(len(y)), y]
        return self.alpha * ce + self.beta * 4 * (1 - p).sum()


def mean_of_the_positive(z, y):
    """Samples without loss do not count in the mean."""
    margin = (1 - z.gather(1, y[:, None]) + z).clamp(min=0)
    loss = margin.scatter(1, y[:, None], 0.0).sum(1) / z.shape[1]
    return loss.sum() / (loss > 0).sum().clamp(min=1)


def hardest_sample(z, y):
    """The largest loss of the batch."""
    return F.cross_entropy(z, y, reduction="none").max()


def fixed_batch_size(z, y):
    """The sum is divided by the batch size of the author."""
    logp = F.log_softmax(z, 1)
    return -logp[torch.arange(len(y)), y].sum() / 64


DEFECTS = (
    defect(
        "REDUCTION",
        "mean over weights",
        WeightedCrossEntropy([1.0, 2.0, 3.0]),
        "class_weighted_ce",
        "weight",
        classes=3,
        w="1, 2, 3",
    ),
    defect("REDUCTION", "sum for mean", SummedUnderMean(), "gce", "sum", classes=4, q="7/10"),
    defect("REDUCTION", "mean for sum", AlwaysMean(reduction="sum"), "focal", "mean", classes=4, gamma=2),
    defect("REDUCTION", "mean for none", AlwaysMean(reduction="none"), "focal", "mean", classes=4, gamma=2),
    defect("REDUCTION|SCALE", "bce over N C", BCE(4), "one_vs_rest_logistic", "1/4|0.25|C", classes=4),
    defect("REDUCTION|SCALE", "brier over N C", mean_squared_error, "brier", "1/5|0.2|C", classes=5),
    defect("REDUCTION|SCALE", "divergence over N C", divergence_by_elements, "cross_entropy", "1/3|0.333|C", classes=3),
    defect("REDUCTION", "over the foreground", focal_over_foreground, "focal", "batch|mean|label", classes=4, gamma=2),
    defect(
        "REDUCTION|SCALE", "over C for over N", divided_by_classes, "cross_entropy", "batch|sum|1/4|0.25", classes=4
    ),
    defect("REDUCTION", "mean twice", mean_twice, "cross_entropy", "batch|N", classes=4),
    defect("REDUCTION", "focal of the mean", FocalOfTheMean(), "focal", "batch|mean", classes=4, gamma=2),
    defect(
        "REDUCTION",
        "a part summed",
        HalfSummed(0.1, 1.0),
        "symmetric_cross_entropy",
        "batch|sum",
        classes=4,
        alpha="1/10",
        beta=1,
        A=-4,
    ),
    defect("REDUCTION", "mean of the positive", mean_of_the_positive, "multi_margin", "batch|mean", classes=4),
    defect("REDUCTION", "largest of the batch", hardest_sample, "cross_entropy", "batch|max", classes=4),
    defect("REDUCTION|SCALE", "over 64", fixed_batch_size, "cross_entropy", "64|0.0156", classes=4),
)
