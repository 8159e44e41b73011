"""The weak convexity of a function of the gap, and the bound of its third derivatives, at every z.

With pi the softmax over the classes but the label and d = grad g = pi - e_y,

    D^2 phi(g) = phi'' d d' + phi' Cov_pi,      1 < ||d||^2 <= 2,

and its least eigenvalue is at least -max(2 (-phi'')_+, (-phi')_+/2), since A d d' + B Cov_pi <= max(2 A, B/2) for all
A, B >= 0: that is u'(d d'/2 + 2 Cov_pi)u <= ||u||^2 for every u, (1) of ``third_derivative``.  Both are attained in the
limit, the first where one class has all of pi and the second where two classes halve it.  At C = 2 Cov_pi is 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import inf

from symcheck.conditions.constants.rounded import above, below, multiplied
from symcheck.conditions.constants.search import REACH, largest
from symcheck.conditions.constants.third_derivative import third_bound
from symcheck.readings.gap.of_gap import OfGap
from symcheck.readings.gap.series import Slopes
from symcheck.reason import Code, Undecided


@dataclass(frozen=True)
class OfOneScalar:
    """``mu`` and ``third`` of a function of the gap, for ||z|| <= ``reach``; ``third`` None where it has no bound."""

    mu: float
    third: float | None
    reach: float


def one_scalar_constants(found: OfGap, classes: int) -> OfOneScalar:
    """The constants of phi(g(s z)) at ``classes`` = C, which for z = u/s are s^2 and s^3 times those of phi(g(u)).

    Raises ``Undecided`` where phi is not shown to be weakly convex.
    """
    scale = found.scale
    mu = largest(found.phi, partial(_concave, classes=classes), partial(_concave_below, classes=classes))
    reach = inf
    if not mu.everywhere:
        # |g| <= log(C - 1) + sqrt(2) s ||z||.
        reach = (float(REACH) - 2 * classes.bit_length()) / (2 * float(scale))
    return OfOneScalar(multiplied(mu.value, scale**2), one_scalar_third(found, classes), reach)


def one_scalar_third(found: OfGap, classes: int) -> float | None:
    """The bound of third derivatives alone, None where none is found."""
    bound = partial(third_bound, classes=classes)
    try:
        third = largest(found.phi, bound, bound, smooth=True)
    except Undecided as stop:
        if stop.reason.code is Code.BUDGET:
            raise
        return None
    return multiplied(third.value, found.scale**3) if third.everywhere and third.value < inf else None


def _concave(slopes: Slopes, classes: int) -> float:
    return max(above(-2 * slopes.second), 0.0 if classes == 2 else above(-slopes.first / 2))


def _concave_below(slopes: Slopes, classes: int) -> float:
    return max(below(-2 * slopes.second), 0.0 if classes == 2 else below(-slopes.first / 2))
