"""Noise that is stated as a matrix T, as it is known, rounded, or estimated elsewhere with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np
import torch

from numerics.errors import NoiseError
from numerics.noise.confidence import LEVEL, checked_level
from numerics.noise.explained import Explained
from numerics.noise.frames import frame_classes, numbered
from numerics.noise.label_counts import LabelCounts
from numerics.noise.observed import Observed, Rate, TransitionEstimate
from numerics.noise.transition import checked_transition, matrix_of, rounding_of
from symcheck.class_conditional.given_rows import recognised

REACH = 2
"""An entry that is no simple number is off by at most so many units in the last place of 1."""

SAME = 1e-4
"""Rates that differ by less are shown as one."""


@final
@dataclass(frozen=True, eq=False, repr=False)
class StatedNoise(Explained):
    """The matrix T of ``estimate``, with its intervals; ``exact`` are its rows where they are known exactly."""

    estimate: TransitionEstimate
    names: tuple[str, ...]
    exact: tuple[tuple[Fraction, ...], ...] | None = None
    level: float = LEVEL

    @property
    def origin(self) -> str:
        """given."""
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
        """1 - T_ii: its mean over the classes, from the smallest to the largest that the intervals allow."""
        if self.exact is not None:
            moved = [1 - row[i] for i, row in enumerate(self.exact)]
            return Rate(float(sum(moved) / len(moved)), min(moved), max(moved))
        low, high = 1 - self.estimate.upper.diagonal(), 1 - self.estimate.lower.diagonal()
        return Rate(float((1 - self.estimate.matrix.diagonal()).mean()), float(low.min()), float(high.max()))

    def bounds(self, level: float | None = None) -> TransitionEstimate:  # noqa: ARG002
        """The intervals that were given, whatever the ``level``."""
        return self.estimate

    def is_uniform_rejected(self, level: float | None = None) -> bool:  # noqa: ARG002
        """Whether no uniform matrix, d on the diagonal and (1 - d)/(C-1) off it, lies in the intervals."""
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
    ``TransitionEstimate`` with intervals.  Tables are arrays, tensors, frames or nested lists; the classes of a frame
    are its columns.  Raises ``NoiseError`` for anything else.
    """
    if isinstance(given, Observed):
        return given
    if isinstance(given, TransitionEstimate):
        return stated(given, level)
    frame_classes(given)
    values = matrix_of(given).astype(np.float64)
    if not np.isfinite(values).all() or (values < 0).any():
        i, j = np.argwhere(~(np.isfinite(values) & (values >= 0)))[0]
        raise NoiseError(f"T: got T[{i}, {j}] = {values[i, j]:g}; accepted are counts or probabilities, from 0 on")
    # Whole numbers are counts, unless every row sums to 1: those of a permutation, the identity included, are
    # probabilities.
    is_counted = (values == np.floor(values)).all() and (values.sum(1) != 1).any()
    return counted_labels(given, level) if is_counted else stated(given, level)


def counted_labels(given: object, level: float = LEVEL) -> LabelCounts:
    """Counts n_ij, how often class i was labelled j, as a table; raises ``NoiseError`` for what are none."""
    names, values = frame_classes(given), matrix_of(given, "counts").astype(np.float64)
    wrong = np.argwhere(~(np.isfinite(values) & (values >= 0) & (values == np.floor(values))))
    if len(wrong):
        i, j = wrong[0]
        raise NoiseError(
            f"counts: got counts[{i}, {j}] = {values[i, j]:g}; accepted are whole numbers, how often class i was "
            "labelled j; probabilities are given as T="
        )
    if values.sum() > 2**53:
        raise NoiseError(f"counts: they add up to {values.sum():.3g}; accepted are at most 2^53 labels")
    return LabelCounts(torch.from_numpy(values.astype(np.int64)), names or numbered(len(values)), checked_level(level))


def stated(given: object, level: float = LEVEL) -> StatedNoise:
    """A matrix T of probabilities, with its intervals if it is a ``TransitionEstimate``; raises ``NoiseError``."""
    checked_level(level)
    if isinstance(given, TransitionEstimate):
        return StatedNoise(_checked_estimate(given), numbered(len(given.matrix)), level=level)
    raw = matrix_of(given)
    values = raw.astype(np.float64)
    if (values == np.floor(values)).all() and (values > 1).any():
        most = values.max()
        raise NoiseError(f"T: got {most:g} among whole numbers; accepted are probabilities, and counts as counts=")
    matrix = checked_transition(given)
    names = frame_classes(given) or numbered(len(raw))
    # A table of 32 bits holds 1/3 to 24 bits: it is recognised in the type in which it came.
    bits = {"float32": 24, "float16": 11}.get(raw.dtype.name, 53)
    found = [[recognised(x, bits) for x in row] for row in values.tolist()]
    exact = tuple(tuple(x for x in row if x is not None) for row in found)
    # Recognised entry by entry; only if the rows then sum to exactly 1 is it that matrix.
    if all(len(row) == len(raw) and sum(row) == 1 for row in exact):
        whole = torch.tensor([[float(x) for x in row] for row in exact], dtype=torch.float64)
        return StatedNoise(TransitionEstimate(whole, whole, whole, 1.0), names, exact, level)
    reach = REACH * rounding_of(raw)
    lower, upper = (matrix - reach).clamp(min=0), (matrix + reach).clamp(max=1)
    return StatedNoise(TransitionEstimate(matrix, lower, upper, 1.0), names, level=level)


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
