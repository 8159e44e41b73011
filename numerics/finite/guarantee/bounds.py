"""What is known of a pair: how far the loss is from convex, how convex the penalty is, how both bend, and where."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Bending:
    """On a ball of scores |D^3 l(z, k)[v, v, w]| <= ``loss`` ||v||^2 ||w|| for every label k, and ``penalty`` for g."""

    loss: float
    penalty: float = 0.0


def unknown(radius: float) -> Bending | None:  # noqa: ARG001
    """Nothing is known on any ball."""
    return None


@dataclass(frozen=True)
class Bounds:
    """For every label k and every z with ||z|| <= ``reach`` (THEORY 12):

    l(z, k) + ``mu``/2 ||z||^2 and g(z) - ``strong``/2 ||z||^2 are convex; ``bending`` has bounds of D^3 l and D^3 g on
    smaller balls, or None.  For lambda >= ``least`` minimisers lie within ``reach``, if ``is_global``; if not, what is
    said is about the one stationary point there.  ``why`` says where the numbers come from, or that there are none.
    """

    mu: float
    strong: float
    bending: Callable[[float], Bending | None] = unknown
    reach: float = math.inf
    least: float = 0.0
    is_global: bool = True
    why: str = ""

    @classmethod
    def none(cls, why: str) -> Bounds:
        """That nothing is known, with the reason."""
        return cls(math.inf, 0.0, why=why)

    @property
    def is_known(self) -> bool:
        """Whether some lambda is large enough."""
        return self.strong > 0 and math.isfinite(self.mu)

    @property
    def floor(self) -> float:
        """The lambda above which the objective is strongly convex where its minimiser is; inf where none is known."""
        return max(self.mu / self.strong * (1 + 1e-12), self.least) if self.is_known else math.inf

    def modulus(self, lambda_: float) -> float:
        """sigma = lambda s - mu, rounded down; 0 where it is not positive or nothing is known."""
        if not lambda_ > self.floor:
            return 0.0
        # a law that was rounded may sum to a little more than 1
        return max(0.0, lambda_ * self.strong * (1 - 1e-12) - self.mu * (1 + 1e-12))
