"""What is known of a pair for every score: how far the loss is from convex, how convex the penalty is, how both bend."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Bending:
    """On a ball of scores: |D^3 l(z, k)[v, v, w]| <= ``loss`` ||v||^2 ||w|| for every label k, and ``penalty`` for g."""

    loss: float
    penalty: float = 0.0


@dataclass(frozen=True)
class Bounds:
    """For every label k and every z with ||z|| <= ``reach`` (THEORY 12):

    l(z, k) + ``mu``/2 ||z||^2 and g(z) - ``strong``/2 ||z||^2 are convex; |D^3 l(z, k)[v, v, w]| <= ``third`` ||v||^2
    ||w||, None where no such number is known; ||D^2 g(z) - D^2 g(0)|| <= ``bend`` ||z||, None where g is not known to
    be so, 0 for a quadratic g.  Minimisers lie within ``reach`` for lambda >= ``least``.  ``why`` says where the
    numbers come from, ``steep`` bounds ||D^2 l(z, k)||, None where it is not known.
    """

    mu: float
    strong: float
    third: float | None = None
    bend: float | None = 0.0
    reach: float = math.inf
    least: float = 0.0
    steep: float | None = None
    why: str = ""

    @property
    def floor(self) -> float:
        """The lambda above which the objective is strongly convex where its minimiser is."""
        return max(self.mu / self.strong * (1 + 1e-15), self.least)

    def modulus(self, lambda_: float) -> float:
        """sigma = lambda s - mu, rounded down; 0 where it is not positive or nothing is known."""
        if not lambda_ > self.floor:
            return 0.0
        return max(0.0, lambda_ * self.strong * (1 - 1e-15) - self.mu * (1 + 1e-15))

    def bending(self, radius: float) -> Bending | None:
        """How both bend on ||z|| <= ``radius``; None where no bound is known."""
        if self.third is None or self.bend is None or radius > self.reach:
            return None
        return Bending(self.third, self.bend)
