"""Noisy labels in two kinds that are never mixed: the exact law of every label, and labels that were drawn or given.

A *law* is what training on the expectation needs: rows of probabilities (n, C).  *Drawn labels* are one outcome: the
law of a drawn label is one-hot, and what holds for it holds in expectation over draws only.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.errors import NoiseError
from numerics.noise.laws import clean_law


@dataclass(frozen=True, eq=False)
class LabelLaw:
    """The exact law of n noisy labels: ``probabilities`` (n, C), float64, given the ``clean`` labels (n,)."""

    probabilities: Tensor
    clean: Tensor

    @property
    def expected_rate(self) -> float:
        """The mean probability that a label is not the clean one."""
        kept = self.probabilities.gather(1, self.clean[:, None].to(self.probabilities.device))
        return float(1 - kept.mean())


@dataclass(frozen=True, eq=False)
class DrawnLabels:
    """One outcome of noise: ``labels`` (n,) beside the ``clean`` ones (n,), C = ``classes``.

    ``seed`` is that of the draw, None for labels that were not drawn here but given.
    """

    labels: Tensor
    clean: Tensor
    classes: int
    seed: int | None = None

    @property
    def changed(self) -> int:
        """How many labels are not the clean ones."""
        return int((self.labels != self.clean).sum())

    @property
    def realised_rate(self) -> float:
        """The share of labels that are not the clean ones: what came out, not what was asked for."""
        return self.changed / len(self.clean)

    @property
    def one_hot(self) -> Tensor:
        """The labels as rows (n, C) with a single 1, for a solver that takes laws."""
        return clean_law(self.labels, self.classes)


def given_labels(clean: Tensor, noisy: Tensor, classes: int) -> DrawnLabels:
    """Labels that came with the data: ``clean`` and ``noisy`` (n,), integers in 0..C-1.

    They have no exact law: what drew them is not known.  Raises ``NoiseError`` for other lengths or labels.
    """
    if clean.shape != noisy.shape or clean.ndim != 1:
        raise NoiseError(
            f"noisy: got labels of shape {tuple(noisy.shape)} beside clean ones of shape {tuple(clean.shape)}; "
            "accepted is one noisy label for each clean one, in the same order"
        )
    checked_labels(clean, classes, "clean")
    checked_labels(noisy, classes, "noisy")
    return DrawnLabels(noisy, clean, classes)


def checked_labels(labels: Tensor, classes: int, name: str) -> Tensor:
    """``labels`` (n,), if they are integers in 0..C-1; raises ``NoiseError``, naming the first one that is not."""
    if labels.is_floating_point() or labels.is_complex() or labels.dtype is torch.bool:
        raise NoiseError(f"{name}: got labels of type {labels.dtype}; accepted are integers from 0 to {classes - 1}")
    bad = ((labels < 0) | (labels >= classes)).nonzero()
    if len(bad):
        row = int(bad[0])
        raise NoiseError(
            f"{name}: got the label {int(labels[row])} in row {row}; accepted are 0 to C-1 = {classes - 1}"
        )
    return labels
