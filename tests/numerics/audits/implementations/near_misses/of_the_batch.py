"""Code in which the samples of a batch meet: where they may, and where they must not."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from tests.numerics.audits.implementations.sample import correct, defect


def by_class(z, y):
    """The sums of the classes that are in the batch, over the size of the batch."""
    parts = [F.cross_entropy(z[y == k], y[y == k], reduction="sum") for k in y.unique()]
    return sum(parts) / len(y)


def shifted_by_the_largest(z, y):
    """One shift for all samples, which drops out of each."""
    z = z - z.max()
    return -torch.log(z.exp() / z.exp().sum(1, keepdim=True)).gather(1, y[:, None]).mean()


def broadcast_to_a_square(z, y):
    """(N, 1) times (N,) is (N, N), and its sum over N is the sum over the batch."""
    logp = z.log_softmax(1).gather(1, y[:, None])
    return (-logp * torch.ones(len(y), dtype=z.dtype)).sum() / len(y)


def columns(z, y):
    """Two columns (N, 1)."""
    logp = z.log_softmax(1).gather(1, y[:, None])
    ce = F.cross_entropy(z, y, reduction="none")[:, None]
    return ((1 - logp.exp()) ** 2 * ce).mean()


def column_times_row(z, y):
    """(N, 1) times (N,): each weight meets each loss."""
    logp = z.log_softmax(1).gather(1, y[:, None])
    ce = F.cross_entropy(z, y, reduction="none")
    return ((1 - logp.exp()) ** 2 * ce).mean()


def mean_over_classes_of_means(z, y):
    """Each class that is in the batch counts the same."""
    loss = F.cross_entropy(z, y, reduction="none")
    return torch.stack([loss[y == k].mean() for k in y.unique()]).mean()


def weighted_by_counts(z, y):
    """Weights are one over how often a class is in the batch."""
    counts = torch.bincount(y, minlength=z.shape[1]).to(z.dtype)
    return F.cross_entropy(z, y, weight=1 / counts.clamp(min=1))


def first_sample_only(z, y):
    return F.cross_entropy(z[:1], y[:1])


def labels_of_the_neighbour(z, y):
    return F.cross_entropy(z, y.roll(1))


def mixed_up(z, y):
    """The labels of the batch read backwards are mixed in."""
    return 0.7 * F.cross_entropy(z, y) + 0.3 * F.cross_entropy(z, y.flip(0))


def over_the_root_of_n(z, y):
    return F.cross_entropy(z, y, reduction="sum") / len(y) ** 0.5


def reshaped(z, y):
    """The batch is laid out by classes and read by samples."""
    return F.cross_entropy(z.T.reshape(z.shape), y)


def probabilities_over_the_batch(z, y):
    return ((z.softmax(0) - F.one_hot(y, z.shape[1])) ** 2).sum(1).mean()


def shifted_by_the_batch(z, y):
    """Each class is shifted by its largest logit in the batch."""
    return F.cross_entropy(z - z.max(0)[0], y)


CORRECT = (
    correct("class by class", by_class, "cross_entropy", classes=4),
    correct("one shift for all", shifted_by_the_largest, "cross_entropy", classes=4),
    correct("broadcast to a square", broadcast_to_a_square, "cross_entropy", classes=4),
    correct("columns", columns, "focal", classes=4, gamma=2),
)

DEFECTS = (
    defect("REDUCTION", "column times row", column_times_row, "focal", "batch", classes=4, gamma=2),
    defect("REDUCTION", "mean of the classes' means", mean_over_classes_of_means, "cross_entropy", "batch", classes=4),
    defect("REDUCTION", "weighted by counts", weighted_by_counts, "cross_entropy", "batch", classes=4),
    defect("REDUCTION", "first sample only", first_sample_only, "cross_entropy", "batch", classes=4),
    defect("REDUCTION", "labels of the neighbour", labels_of_the_neighbour, "cross_entropy", "batch", classes=4),
    defect("REDUCTION", "mixed up", mixed_up, "cross_entropy", "batch", classes=4),
    defect("REDUCTION", "over the root of N", over_the_root_of_n, "cross_entropy", "batch", classes=4),
    defect("REDUCTION", "reshaped", reshaped, "cross_entropy", "batch", classes=4),
    defect(
        "NORMALISER|REDUCTION", "brier, dim 0", probabilities_over_the_batch, "brier", "batch|axis|samples", classes=4
    ),
    defect("REDUCTION|OTHER", "shifted by the batch", shifted_by_the_batch, "cross_entropy", "batch", classes=4),
)
