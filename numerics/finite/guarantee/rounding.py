"""What rounding may have done to scores, leads and gradient norms: an error term for each, or none where none is known.

The scores meant are those of the exact basis W of the span with the weights as they stand.  ``Span`` bounds how far W
is from the V that was computed: ||v_i - w_i|| <= row_error_i, ||W'W - 1|| <= defect.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from numerics.finite.guarantee.family import ScoreSpace
from numerics.finite.span import UNIT

Real = NDArray[np.float64]

SLACK = 1 + 1e-9
"""Covers the rounding of sums of squares and of the error terms themselves, which is relative and far smaller."""


@dataclass(frozen=True, eq=False)
class Rounding:
    """The error terms on ``space``, or none: numbers are then those of double precision."""

    space: ScoreSpace
    is_added: bool

    @cached_property
    def widths(self) -> Real:
        """At least sqrt(h_i), (n,)."""
        span = self.space.span
        return np.sqrt(span.leverage_bound) * (1 + 1e-15) if self.is_added else np.sqrt(span.leverage)

    @property
    def stretch(self) -> float:
        """At least ||W||, and ||W||^2."""
        return 1 + self.space.span.defect if self.is_added else 1.0

    def of_scores(self, weights: Real) -> Real:
        """How far each row of scores may be off, (..., n)."""
        span, size = self.space.span, np.linalg.norm(weights, axis=(-1, -2))[..., None]
        if not self.is_added:
            return np.zeros((*size.shape[:-1], span.samples))
        summed = 2 * (span.rank + self.space.classes + 4) * UNIT * np.sqrt(span.leverage)
        found: Real = size * (span.row_error + summed) * SLACK
        return found

    def norm(self, pulled: Real, rows: Real, error: Real, weights: Real, factor: float | Real = 0.0) -> Real:
        """At least ||P f||_F of f = X + ``factor`` H Z, with ``pulled`` = V' X B + factor W H as computed, (...,).

        ``rows`` X (..., n, C) are ``error`` (..., n) off; H is I where errors are added.
        """
        found: Real = np.linalg.norm(pulled, axis=(-1, -2))
        if not self.is_added:
            return found
        span = self.space.span
        lengths = np.linalg.norm(rows, axis=-1)
        size = np.sqrt((lengths**2).sum(-1))
        summed = 2 * (span.samples + self.space.classes + 4) * UNIT * sqrt(span.rank) * size
        spread = self.stretch * np.sqrt((error**2).sum(-1)) + summed + (span.row_error * lengths).sum(-1)
        # P = W (W'W)^-1 W', and ||(W'W)^-1 - 1|| <= defect/(1 - defect)
        inverse = span.defect / (1 - span.defect) * (self.stretch * size + spread)
        heavy = 8 * UNIT * (np.abs(factor) * np.linalg.norm(weights, axis=(-1, -2)) + found)
        total: Real = self.stretch * (found + spread + inverse + heavy) * SLACK
        return total
