"""Gradients of a loss in the scores, sample by sample: as the formula is read, or with a bound on their rounding."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.finite.span import UNIT
from numerics.formulas.objective import Objective

Real = NDArray[np.float64]


class Slopes(Protocol):
    """Rows grad_z l(z, q), (..., n, C), at ``scores`` Z (..., n, C) under laws q (..., n, C) of the labels."""

    @property
    def is_bounded(self) -> bool:
        """Whether a bound on what rounding does is known."""
        ...

    def rows(self, scores: Real, laws: Real) -> Real:
        """The gradients."""
        ...

    def bounded_rows(self, scores: Real, laws: Real, off: Real) -> tuple[Real, Real]:
        """The gradients, and how far they may be from those at scores that are ``off`` (..., n) by so much."""
        ...

    def curvature(self, label: int) -> Real:
        """D^2 l(0, k) for one label k, (C, C); relatively off by a few units in the last place if bounded."""
        ...

    @property
    def mean_curvature(self) -> Real:
        """The mean of D^2 l(0, k) over the labels k, (C, C)."""
        ...


@dataclass(frozen=True, eq=False)
class ReadSlopes:
    """Those of a formula by the batch reading in float64, whose rounding has no bound that is known."""

    objective: Objective
    classes: int
    is_bounded: bool = False

    def rows(self, scores: Real, laws: Real) -> Real:
        """grad l by differentiation of what was certified."""
        found: Real = self.objective.loss_gradient(torch.from_numpy(scores), torch.from_numpy(laws)).numpy()
        return found

    def bounded_rows(self, scores: Real, laws: Real, off: Real) -> tuple[Real, Real]:
        """The gradients and 0."""
        return self.rows(scores, laws), np.zeros_like(off)

    def curvature(self, label: int) -> Real:
        """That of the batch reading; 0 where it has none at a kink."""
        return self._under(np.eye(self.classes)[label])

    @cached_property
    def mean_curvature(self) -> Real:
        """The mean of these, as the reading has it."""
        return self._under(np.full(self.classes, 1 / self.classes))

    def _under(self, law: Real) -> Real:
        found: Real = self.objective.loss_curvature(torch.from_numpy(law)).numpy()
        return np.nan_to_num(found)


@dataclass(frozen=True, eq=False)
class CrossEntropySlopes:
    """softmax(z) - q for cross-entropy on C = ``classes``; ||D^2 l|| <= 1/2."""

    classes: int
    is_bounded: bool = True

    def rows(self, scores: Real, laws: Real) -> Real:
        """softmax(z) - q."""
        found: Real = scores - scores.max(-1, keepdims=True)
        np.exp(found, out=found)
        found /= found.sum(-1, keepdims=True)
        found -= laws
        return found

    def bounded_rows(self, scores: Real, laws: Real, off: Real) -> tuple[Real, Real]:
        """The gradients, and what they may be off.

        With z - max z rounded, exp within 4 units in the last place and a sum of C terms, p_k is off by at most
        p_k (C + 20 + 2 |z_k - max z|) half units, and p_k |z_k - max z| <= 1: the norms of the two parts are at most 1
        and sqrt(C).  The difference to q, and q itself, are rounded.
        """
        return self.rows(scores, laws), off / 2 + (self.classes + 30 + 4 * self.classes**0.5) * UNIT

    def curvature(self, label: int) -> Real:  # noqa: ARG002 - the same for every label
        """(1 - 11'/C)/C."""
        return self.mean_curvature

    @property
    def mean_curvature(self) -> Real:
        """(1 - 11'/C)/C."""
        return (np.eye(self.classes) - 1 / self.classes) / self.classes
