"""Code that is no function of logits (N, C) and labels (N,), or stops: an audit says so and does not fail itself."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn


def raising(z, y):
    """It always stops."""
    raise RuntimeError("CUDA error: device-side assert triggered")


def pair(z, y):
    """The loss and the predictions."""
    return F.cross_entropy(z, y), z.argmax(1)


def in_a_dict(z, y):
    """As models of some libraries answer."""
    return {"loss": F.cross_entropy(z, y)}


def number(z, y):
    """A Python number."""
    return float(F.cross_entropy(z, y).detach())


def nothing(z, y):
    """No return."""
    F.cross_entropy(z, y)


def matrix(z, y):
    """A loss for each class."""
    return F.binary_cross_entropy_with_logits(z, F.one_hot(y, z.shape[1]).to(z.dtype), reduction="none")


def onehot_labels(z, y):
    """Labels of the shape of the logits."""
    assert y.shape == z.shape
    return -(y * z.log_softmax(1)).sum(1).mean()


def swapped(y, z):
    """The labels come first."""
    return F.cross_entropy(z, y)


def three_arguments(z, y, index):
    """An index of the samples."""
    return (F.cross_entropy(z, y, reduction="none") * index).mean()


def in_place_on_the_input(z, y):
    """The logits that came are changed."""
    z[torch.arange(len(y)), y] -= 0.35
    return F.cross_entropy(z, y)


def labels_changed(z, y):
    """The labels that came are changed."""
    y += 1
    y %= z.shape[1]
    return F.cross_entropy(z, y)


def not_a_number(z, y):
    """0/0 everywhere."""
    return F.cross_entropy(z, y) * (z.sum() - z.sum()) / (z.sum() - z.sum())


def of_numpy(z, y):
    """Through numpy, which needs a tensor without gradient."""
    p = z.numpy()
    return torch.tensor(-p[range(len(y)), y.numpy()].mean())


class Unfinished(nn.Module):
    """forward is missing."""


class NeedsTraining(nn.Module):
    """Batch norm in training, which refuses a batch of one."""

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(4, affine=False, dtype=torch.float64)

    def forward(self, z, y):
        return F.cross_entropy(self.norm(z), y)


CODES = (
    raising,
    pair,
    in_a_dict,
    number,
    nothing,
    matrix,
    onehot_labels,
    swapped,
    three_arguments,
    in_place_on_the_input,
    labels_changed,
    not_a_number,
    of_numpy,
    Unfinished(),
    NeedsTraining(),
)
