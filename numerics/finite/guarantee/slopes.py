"""Gradients of a loss in the scores, sample by sample: as the formula is read, or with a bound on their rounding."""

from __future__ import annotations

from dataclasses import dataclass
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
    def error(self) -> float | None:
        """How far a row may be off, None where nothing is known."""
        ...

    def rows(self, scores: Real, laws: Real) -> Real:
        """The gradients."""
        ...


@dataclass(frozen=True, eq=False)
class ReadSlopes:
    """Those of a formula by the batch reading in float64, whose rounding has no bound that is known."""

    objective: Objective
    error: None = None

    def rows(self, scores: Real, laws: Real) -> Real:
        """grad l by differentiation of what was certified."""
        found: Real = self.objective.loss_gradient(torch.from_numpy(scores), torch.from_numpy(laws)).numpy()
        return found


@dataclass(frozen=True, eq=False)
class CrossEntropySlopes:
    """softmax(z) - q for cross-entropy on C = ``classes``."""

    classes: int

    @property
    def error(self) -> float:
        """A bound on the norm of what a row is off.

        With z - max z rounded, exp within 4 units in the last place, and a sum of C terms, p_k is off by at most
        p_k (C + 16 + 2 |z_k - max z|) half units, and p_k |z_k - max z| <= 1; the norm of p is at most 1, and that of
        the second part at most sqrt(C).  q is off by 2 half units.
        """
        return (self.classes + 24 + 4 * self.classes**0.5) * UNIT

    def rows(self, scores: Real, laws: Real) -> Real:
        """softmax(z) - q."""
        found = scores - scores.max(-1, keepdims=True)
        np.exp(found, out=found)
        found /= found.sum(-1, keepdims=True)
        found -= laws
        return found
