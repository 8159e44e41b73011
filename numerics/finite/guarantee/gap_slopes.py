"""Gradients of a function of the gap with a bound on their error.

l(z, k) = phi(g_k), g_k = logsumexp_(i != k) s z_i - s z_k, has grad_z l(z, k) = s phi'(g_k)(pi_k - e_k), pi_k the
softmax of s z over the classes but k, and D^2 l = s^2 (phi'' d d' + phi' Cov_pi), d = pi_k - e_k, whose norm is at most
s^2 (2 |phi''| + |phi'|/2).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from numerics.finite.guarantee.gap_table import GapTable
from numerics.finite.guarantee.slopes import Slopes
from numerics.finite.span import UNIT

Real = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GapSlopes:
    """Those of phi, with phi' in ``table``, at s = ``scale`` on C = ``classes``; ``quick`` has them without bounds."""

    table: GapTable
    scale: float
    classes: int
    quick: Slopes
    is_bounded: bool = True

    def rows(self, scores: Real, laws: Real) -> Real:
        """The gradients, with no bound."""
        return self.quick.rows(scores, laws)

    def bounded_rows(self, scores: Real, laws: Real, off: Real) -> tuple[Real, Real]:
        """The gradients and their errors: of the gap, of phi' in the table, of sums of C terms, and of other scores."""
        z = self.scale * scores
        top = z.argmax(-1)[..., None]
        largest = np.take_along_axis(z, top, -1)
        raised = np.exp(z - largest)
        others = np.array(z)
        np.put_along_axis(others, top, -np.inf, -1)
        following = others.max(-1, keepdims=True)
        np.exp(others - following, out=others)
        inner = others.sum(-1, keepdims=True)
        # sum over the classes but k of e^(z_i - max): at least 1, but for the class at the top, which has another shift
        sums = np.maximum(raised.sum(-1, keepdims=True) - raised, 1.0)
        gap = np.log(sums) + largest - z
        np.put_along_axis(gap, top, np.log(inner) + following - largest, -1)
        slope, error, first, second = self.table.slopes(gap)
        weight = laws * slope
        shared = weight / sums
        np.put_along_axis(shared, top, 0.0, -1)
        rows = raised * (shared.sum(-1, keepdims=True) - shared)
        rows += np.take_along_axis(weight, top, -1) * (others / inner)
        rows -= weight
        rows *= self.scale
        size = np.abs(z).max(-1)
        apart = (2 * self.classes + 24 + 4 * size) * UNIT
        bend = second.max(-1)
        steep = self.scale**2 * (2 * bend + first.max(-1) / 2)
        moved = 1.5 * self.scale * (error.max(-1) + bend * apart)
        summed = self.scale * first.max(-1) * (6 * self.classes + 64 + 4 * size) * UNIT
        with np.errstate(invalid="ignore"):
            total = steep * off + moved + summed
        # beyond the table nothing is known, also where a row is not off
        return rows, np.where(np.isnan(total), np.inf, total)

    def curvature(self, label: int) -> Real:
        """s^2 (phi'' d d' + phi' Cov_u), u uniform on the classes but k, at the gap log(C - 1)."""
        first, second = self._at_zero
        rest = np.full(self.classes, 1 / (self.classes - 1))
        rest[label] = 0.0
        apart = rest.copy()
        apart[label] = -1.0
        spread = np.diag(rest) - np.outer(rest, rest)
        found: Real = self.scale**2 * (second * np.outer(apart, apart) + first * spread)
        return found

    @property
    def mean_curvature(self) -> Real:
        """The multiple of 1 - 11'/C with the trace of these: it treats classes alike and is 0 on (1, ..., 1)."""
        first, second = self._at_zero
        share = 1 / (self.classes - 1)
        trace = self.scale**2 * (second * (1 + share) + first * (1 - share))
        return trace * share * (np.eye(self.classes) - 1 / self.classes)

    @property
    def _at_zero(self) -> tuple[float, float]:
        """phi' and phi'' at the gap log(C - 1)."""
        gap = log(self.classes - 1)
        return float(self.table.slopes(np.array([gap]))[0][0]), self.table.second(gap)
