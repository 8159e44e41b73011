"""Ends of balls as floats, rounded outwards."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import inf, isinf, isnan, nextafter

from flint import arb


def above(x: arb) -> float:
    """A float that no number of the ball exceeds; inf for a ball that is not finite.

    >>> above(arb(1) / 3) > 1 / 3
    True
    """
    # The largest of nan and a number is that number in some orders: a ball that says nothing has to be told.
    found = float(x.upper()) if x.is_finite() else inf
    if isnan(found):
        return inf
    return found if isinf(found) or x <= arb(found) else nextafter(found, inf)


def below(x: arb) -> float:
    """A float that no number of the ball is below, -inf for a ball that is not finite."""
    return 0.0 - above(-x)


def multiplied(x: float, factor: Fraction) -> float:
    """``x`` >= 0 times ``factor`` > 0, rounded up."""
    return x if factor == 1 or isinf(x) else above(arb(x) * factor.numerator / factor.denominator)


def total_above(parts: Sequence[float | None]) -> float | None:
    """The sum of numbers >= 0, rounded up; None if one of them is not known.

    >>> total_above([0.1, 0.2, 0.3]) > 0.6, total_above([1.0, None])
    (True, None)
    """
    found = 0.0
    for x in parts:
        if x is None:
            return None
        found = nextafter(found + x, inf) if found and x else found + x
    return found
