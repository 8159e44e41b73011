"""One point of a scope: a value for each free parameter, where formulas do not degenerate."""

from __future__ import annotations

from fractions import Fraction

from symcheck.language.interval import Interval
from symcheck.language.scope import Scope


def sample_values(scope: Scope) -> dict[str, Fraction]:
    """A value inside the interval of each free parameter; a rounded number has none: it may lie anywhere."""
    # What is shown at the float itself would be about that number, and the number that was meant may be its
    # neighbour.
    return {p.name: sample_value(p.interval) for p in scope.parameters if not p.rounded}


def sample_value(interval: Interval) -> Fraction:
    """A number inside ``interval``, away from its ends and from where formulas degenerate."""
    # No end, middle or small whole number: formulas degenerate there, as 1 - 2 q does at 1/2 and C**(q - 1) at 1.
    low, high = interval.whole_ends
    if interval.integer:
        start = low if low is not None else (high - 3 if high is not None else Fraction(0))
        inside = [start + k for k in range(4) if start + k in interval]
        return inside[min(2, len(inside) - 1)]
    if low is not None and high is not None:
        return low + (high - low) * Fraction(5, 17)
    if low is not None:
        return low + Fraction(23, 17)
    return Fraction(5, 17) if high is None else high - Fraction(23, 17)
