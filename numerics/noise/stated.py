"""Noise that is stated as a matrix T, as it is known, rounded, or estimated elsewhere with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

import torch

from numerics.errors import NoiseError
from numerics.noise.confidence import LEVEL, checked_level
from numerics.noise.explained import Explained
from numerics.noise.frames import numbered
from numerics.noise.given_matrix import GivenMatrix, given_counts, given_matrix, given_probabilities
from numerics.noise.label_counts import LabelCounts
from numerics.noise.observed import Observed, Rate, TransitionEstimate

SAME = 1e-4
"""Rates that differ by less are shown as one."""


@final
@dataclass(frozen=True, eq=False, repr=False)
class StatedNoise(Explained):
    """The matrix T of ``estimate``, with its intervals; ``exact`` are its rows where they are known exactly.

    ``names`` are the classes, and ``level`` is the confidence of the intervals.

    >>> from numerics import human_labels
    >>> found = human_labels(T=[[0.9, 0.1], [0.2, 0.8]])
    >>> found.lost, round(found.lead, 4)
    ([], 0.1429)

    Source: docs/theory.md, section 7.
    """

    estimate: TransitionEstimate
    names: tuple[str, ...]
    exact: tuple[tuple[Fraction, ...], ...] | None = None
    level: float = LEVEL

    @property
    def origin(self) -> str:
        """What T comes from, in a word: given."""
        return "given"

    @property
    def said(self) -> str:
        """How well T is known, and with what rate labels move."""
        known, rate = "exactly" if self.exact is not None else "up to its intervals", self.rate()
        low, high = float(rate.low), float(rate.high)
        shown = f"{rate.value:.4f}" if high - low < SAME else f"{low:.4f} to {high:.4f}"
        return f"a matrix T of {self.classes} classes, known {known}: labels move with a rate of {shown}"

    @property
    def exact_rows(self) -> list[list[Fraction]] | None:
        """The rows as fractions, None where they are known up to intervals only."""
        return None if self.exact is None else [list(row) for row in self.exact]

    def rate(self, level: float | None = None) -> Rate:  # noqa: ARG002 - the intervals were given
        """1 - T_ii: its mean over the classes, from the smallest to the largest that the intervals allow.

        The intervals are those that were given, whatever the ``level``.
        """
        if self.exact is not None:
            moved = [1 - row[i] for i, row in enumerate(self.exact)]
            return Rate(float(sum(moved) / len(moved)), min(moved), max(moved))
        low, high = 1 - self.estimate.upper.diagonal(), 1 - self.estimate.lower.diagonal()
        return Rate(float((1 - self.estimate.matrix.diagonal()).mean()), float(low.min()), float(high.max()))

    def bounds(self, level: float | None = None) -> TransitionEstimate:  # noqa: ARG002
        """The intervals that were given, whatever the ``level``."""
        return self.estimate

    def is_uniform_rejected(self, level: float | None = None) -> bool:  # noqa: ARG002
        """Whether no uniform matrix, d on the diagonal and (1 - d)/(C-1) off it, lies in the intervals.

        The intervals are those that were given, whatever the ``level``.
        """
        count = self.classes
        if self.exact is not None:
            off = {x for i, row in enumerate(self.exact) for j, x in enumerate(row) if i != j}
            return len(off) > 1
        is_off = ~torch.eye(count, dtype=torch.bool)
        lower, upper = self.estimate.lower, self.estimate.upper
        # d lies between the ends of every diagonal entry, and (1 - d)/(C - 1) between those of every other one.
        low = max(float(lower.diagonal().max()), 1 - (count - 1) * float(upper[is_off].min()))
        high = min(float(upper.diagonal().min()), 1 - (count - 1) * float(lower[is_off].max()))
        return low > high

    @property
    def compared(self) -> str:
        """That the entries decide, or their intervals."""
        return "by its entries" if self.exact is not None else "by the intervals of its entries"


def observed(given: object, level: float = LEVEL) -> Observed:
    """Noise as people have it, with the confidence ``level`` of what is estimated.

    Accepted: labels of ``numerics.human_labels``; a table of counts n_ij, how often class i was labelled j, such as a
    confusion matrix or ``pandas.crosstab``; a matrix T of probabilities, in exact numbers or rounded; a
    ``TransitionEstimate`` with intervals.  Tables are what ``given_matrix`` takes.  Raises ``NoiseError`` for anything
    else.
    """
    if isinstance(given, Observed):
        return given
    if isinstance(given, TransitionEstimate):
        return stated(given, level)
    found = given_matrix(given)
    return counted_labels(given, level) if found.is_counted else _of_matrix(found, level)


def counted_labels(given: object, level: float = LEVEL) -> LabelCounts:
    """Counts n_ij, how often class i was labelled j, as a table; raises ``NoiseError`` for what are none."""
    counts, names = given_counts(given)
    return LabelCounts(torch.tensor(counts), names, checked_level(level))


def stated(given: object, level: float = LEVEL) -> StatedNoise:
    """A matrix T of probabilities, with its intervals if it is a ``TransitionEstimate``; raises ``NoiseError``."""
    if isinstance(given, TransitionEstimate):
        return StatedNoise(_checked_estimate(given), numbered(len(given.matrix)), level=checked_level(level))
    return _of_matrix(given_probabilities(given), level)


def _of_matrix(given: GivenMatrix, level: float) -> StatedNoise:
    matrix = torch.tensor([list(map(float, row)) for row in given.rows], dtype=torch.float64)
    if not given.reach:
        return StatedNoise(
            TransitionEstimate(matrix, matrix, matrix, 1.0), given.names, given.rows, checked_level(level)
        )
    reach = float(given.reach)
    lower, upper = (matrix - reach).clamp(min=0), (matrix + reach).clamp(max=1)
    return StatedNoise(TransitionEstimate(matrix, lower, upper, 1.0), given.names, level=checked_level(level))


def _checked_estimate(given: TransitionEstimate) -> TransitionEstimate:
    shape = (len(given.matrix), len(given.matrix))
    if not shape == given.matrix.shape == given.lower.shape == given.upper.shape or shape[0] < 2:
        raise NoiseError(
            f"T: got the shapes {tuple(given.lower.shape)}, {tuple(given.matrix.shape)} and "
            f"{tuple(given.upper.shape)} of lower, matrix and upper; accepted is (C, C) with C >= 2 for each"
        )
    lower, matrix, upper = (x.to(torch.float64) for x in (given.lower, given.matrix, given.upper))
    if not bool(((lower >= 0) & (lower <= matrix) & (matrix <= upper) & (upper <= 1)).all()):
        raise NoiseError("T: the intervals are not 0 <= lower <= matrix <= upper <= 1 in every entry; give such ones")
    if not bool(((lower.sum(1) <= 1) & (upper.sum(1) >= 1)).all()):
        raise NoiseError("T: in some row no entries within the intervals sum to 1; give wider intervals")
    return TransitionEstimate(matrix, lower, upper, given.level)
