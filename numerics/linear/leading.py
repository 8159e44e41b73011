"""The leading term of a distance as alpha -> 0, from coefficients in double precision.

A coefficient that is 0 comes out as rounding, and one that is small may be rounding.  So each is compared with two
sizes of its own order k:

    natural_k = f_k g^k                   g the rate at which the terms of the minimiser grow, f_k what noise leaves;
    rounding_k = (k + 1) rho max(1, g^k)  rho the relative rounding of the terms, which noise does not make smaller, and
                                          k + 1 the products of which a coefficient is the sum.

With a = 1 - rho C/(C-1) for exact noise, the minimisers for clean and for noisy labels are one at a = 1, so that every
coefficient of their difference has the factor f = 1 - a, those of the orders that nobody looks at included.  Those of
the noisy minimiser, relative to its limit, are polynomials in a: they may begin with f_k = a^k, and with 1.

A coefficient is *present* above both ``VANISHES`` natural_k and rounding_k; *absent* if it is no more than rounding and
rounding is so small that none could hide in it; else *unclear*, and nothing may be concluded from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from torch import Tensor

from numerics.linear.minimiser_series import MinimiserSeries

VANISHES = 1e-9
"""A coefficient below this share of its natural size is not taken for the leading one."""
BEYOND = 2
"""So many coefficients after the last that may lead are looked at."""


@dataclass(frozen=True)
class Power:
    """constant s^order (1 + O(first s) + O(second s^2) + ...): the leading term of a distance, s the variable.

    ``first`` and ``second`` are the norms of the next two coefficients over that of the leading one.  The others are
    about ``factor`` ``growth``^k.  ``unseen``: how large the error of each coefficient of s^0, s^1, ... may be, those
    taken for 0 included.
    """

    order: int
    constant: float
    first: float
    second: float
    growth: float
    factor: float = 1.0
    unseen: tuple[float, ...] = ()

    def __call__(self, scale: float) -> float:
        """The leading term."""
        return self.constant * scale**self.order

    def remainder(self, scale: float) -> float:
        """A bound on the relative error of the leading term: twice the next two orders and growth for those beyond.

        And what the coefficients may be off by.
        """
        beyond = self.factor * (self.growth * scale) ** (self.order + 3) / self(scale)
        off = sum(error * scale**k for k, error in enumerate(self.unseen)) / self(scale)
        return 2 * (self.first * scale + self.second * scale**2 + beyond) + off


@dataclass(frozen=True)
class Coefficients:
    """The norms of the coefficients of s^0, s^1, ... of a distance, with the two sizes that each is compared with.

    Those after the last are about ``factor`` ``growth``^k.
    """

    sizes: tuple[float, ...]
    natural: tuple[float, ...]
    rounding: tuple[float, ...]
    growth: float
    factor: float

    @classmethod
    def of(
        cls,
        difference: Callable[[int], Tensor],
        expansions: Sequence[MinimiserSeries],
        highest: int,
        *,
        factor: float = 1.0,
        least: float = 1.0,
    ) -> Coefficients:
        """Those of ||sum_k s^k difference(k)|| up to two after ``highest``.

        ``difference(k)`` is a sum of terms of the size of the first k terms of ``expansions``, times ``factor``; its
        leading part may have the factor ``least``^k besides.
        """
        rho = max(e.rounding for e in expansions)
        # A term that is no larger than its rounding says nothing of how the terms grow.
        rate = max((e.size(i) ** (1 / i) for e in expansions for i in (1, 2, 3) if e.size(i) > rho), default=1.0)
        orders = range(highest + BEYOND + 1)
        return cls(
            tuple(float(difference(k).norm()) for k in orders),
            tuple(factor * (least * rate) ** k for k in orders),
            tuple((k + 1) * rho * max(1.0, rate**k) for k in orders),
            growth(expansions),
            factor,
        )

    def is_present(self, k: int) -> bool:
        """Whether the coefficient of s^k is certainly not 0."""
        return self.sizes[k] > max(VANISHES * self.natural[k], self.rounding[k])

    def is_absent(self, k: int) -> bool:
        """Whether the coefficient of s^k is 0, as far as rounding can tell, and rounding can tell."""
        return self.sizes[k] <= self.rounding[k] <= VANISHES * self.natural[k]

    def power(self, lowest: int = 1) -> Power | None:
        """The leading term, None if no coefficient from ``lowest`` on, up to the highest asked for, is present."""
        for k in range(lowest, len(self.sizes) - BEYOND):
            if self.is_present(k):
                first, second = (self.sizes[j] if self.is_present(j) else 0.0 for j in (k + 1, k + 2))
                unseen = tuple(self._error(j) for j in range(k + BEYOND + 1))
                size = self.sizes[k]
                return Power(k, size, first / size, second / size, self.growth, self.factor, unseen)
        return None

    def bound(self, scale: float) -> float:
        """How large the distance may be at ``scale`` where no coefficient is present."""
        beyond = 2 * self.factor * (self.growth * scale) ** (len(self.sizes) - BEYOND)
        return sum(self._error(k) * scale**k for k in range(len(self.sizes))) + beyond

    def _error(self, k: int) -> float:
        """How far the coefficient may be from what it is taken for.

        The rounding at s^0 is that of the directions themselves, and belongs to the accuracy of the solver.
        """
        taken = self.sizes[k] if self.is_present(k) else 0.0
        return abs(self.sizes[k] - taken) + (self.rounding[k] if k else 0.0)


def growth(expansions: Iterable[MinimiserSeries]) -> float:
    """The largest (||t_k||/||t_0||)^(1/k), k = 1, 2, 3: the expansions behave like powers of it times s."""
    return max(math.pow(e.size(k), 1 / k) for e in expansions for k in (1, 2, 3))
