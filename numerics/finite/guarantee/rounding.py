"""What rounding may have done to scores, leads and gradient norms: an error term for each, or none where none is known.

The scores meant are those of the exact basis W of the span with the weights as they stand.  ``Span`` bounds how far W is
from the V that was computed: ||v_i - w_i|| <= row_error_i, ||W'W - 1|| <= defect.
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
"""Covers the rounding of sums of squares and of the error terms themselves: all of them are relative and far smaller."""


@dataclass(frozen=True, eq=False)
class Rounding:
    """The error terms on ``space``; ``steep`` bounds ||D^2 l||, and a gradient in z is off by ``slope_error`` a row.

    With ``slope_error`` None nothing is added: numbers are those of double precision.
    """

    space: ScoreSpace
    steep: float = 0.0
    slope_error: float | None = None

    @property
    def is_added(self) -> bool:
        """Whether errors are added."""
        return self.slope_error is not None

    @cached_property
    def widths(self) -> Real:
        """At least sqrt(h_i), (n,)."""
        span = self.space.span
        found: Real = np.sqrt(span.leverage_bound) * (1 + 1e-15) if self.is_added else np.sqrt(span.leverage)
        return found

    @property
    def stretch(self) -> float:
        """At least ||W||, and ||W||^2."""
        return 1 + self.space.span.defect if self.is_added else 1.0

    def of_scores(self, weights: Real) -> Real:
        """How far each row of scores may be off, (..., n)."""
        span, size = self.space.span, np.linalg.norm(weights, axis=(-1, -2))[..., None]
        if not self.is_added:
            return np.zeros((*size.shape[:-1], span.samples))
        found: Real = size * (span.row_error + 2 * (span.rank + self.space.classes + 4) * UNIT * self._lengths) * SLACK
        return found

    def norm(self, pulled: Real, rows: Real, weights: Real, off: Real, factor: float | Real = 0.0, terms: int = 1) -> Real:
        """||P f||_F of f = X + ``factor`` H Z, with ``pulled`` = V'X B + factor W H as computed, (...,).

        ``rows`` X (..., n, C) are sums of ``terms`` gradients of losses, at scores that are ``off`` (..., n) by so much
        in all; H is I where errors are added.
        """
        found: Real = np.linalg.norm(pulled, axis=(-1, -2))
        if self.slope_error is None:
            return found
        span = self.space.span
        lengths = np.linalg.norm(rows, axis=-1)
        size = np.sqrt((lengths**2).sum(-1))
        # ||f - f^||_F: the gradients at other scores, and as they are computed
        moved = np.sqrt(((self.steep * off + terms * self.slope_error) ** 2).sum(-1))
        stretch = self.stretch
        summed = 2 * (span.samples + self.space.classes + 4) * UNIT * sqrt(span.rank) * size
        turned = (span.row_error * lengths).sum(-1)
        spread = stretch * moved + summed + turned
        inverse = span.defect / (1 - span.defect) * (stretch * size + spread)
        heavy = 8 * UNIT * (np.abs(factor) * np.linalg.norm(weights, axis=(-1, -2)) + found)
        error: Real = stretch * (found + spread + inverse + heavy) * SLACK
        return error

    @cached_property
    def _lengths(self) -> Real:
        found: Real = np.sqrt(self.space.span.leverage)
        return found
