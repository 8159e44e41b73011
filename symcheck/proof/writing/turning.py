"""Where to split a scope so that the small checker sees a sign: near the point at which a quantity is nearest to 0.

Counted from such a point, the terms of a polynomial have one sign, or a smaller part of the scope does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from symcheck.conditions.agreement.sample_point import sample_values
from symcheck.field.element import Element
from symcheck.proof.check import INFINITE, Scope
from symcheck.proof.writing.names import Line

STEPS = (Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(3, 2), *(Fraction(2**k) for k in range(1, 8)))
"""Distances from the one end of an interval, or from 0, at which a quantity is looked at."""

MOST_TERMS = 8
"""A sum of more terms has too many ways to be 0 nearly."""

PARTS = 8
"""An interval with two ends is looked at in so many parts."""


def turning_point(c: Element, scope: Scope, lines: Mapping[str, Line]) -> tuple[str, str] | None:
    """The name of C or of a parameter of the checker's ``scope``, and a number inside of its interval.

    ``lines`` are the variables of the field of ``c`` in the names of the scope.  None if nothing is found.
    """
    if len(c.parts) > MOST_TERMS:
        return None
    at_ends: list[tuple[str, str]] = []
    for variable in sorted(c.field.depends(c)):
        line = lines[variable]
        points = list(_points(scope, line.name))
        if not points:
            continue
        sizes = [_size(c, variable, line.at(x), scope) for x in points]
        least = sizes.index(min(sizes))
        if 0 < least < len(points) - 1:
            return line.name, str(points[least])
        at_ends.append((line.name, str(points[len(points) // 2])))
    return at_ends[0] if at_ends else None


def _points(scope: Scope, name: str) -> Iterator[Fraction]:
    """Numbers inside of an interval in rising order, at which it may be split."""
    if name == "C":
        high = scope.low + 2 ** len(STEPS) if scope.high is None else scope.high
        yield from sorted({Fraction(int(x)) for x in _inside(Fraction(scope.low), None) if scope.low <= x < high})
    elif name in scope.parameters:
        yield from _inside(*(None if abs(x) == INFINITE else Fraction(x) for x in scope.parameters[name][:2]))


def _inside(low: Fraction | None, high: Fraction | None) -> list[Fraction]:
    if low is not None and high is not None:
        return [low + (high - low) * Fraction(k, PARTS) for k in range(1, PARTS)] if low < high else []
    if low is not None:
        return [low, *(low + s for s in STEPS)][1:]
    if high is not None:
        return [high - s for s in reversed(STEPS)]
    return [*(-s for s in reversed(STEPS)), Fraction(0), *STEPS]


def _size(c: Element, variable: str, value: Fraction, scope: Scope) -> float:
    """|c| where a variable has this value, and the others have values inside of their intervals."""
    point = {"C": Fraction(scope.low), **sample_values(c.field.scope), variable: value}
    return abs(float(c.field.ball(c, point, 64).mid()))
