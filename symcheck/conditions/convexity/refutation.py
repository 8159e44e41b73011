"""Refutation of convexity: points x and w at which the value in the middle is larger than the mean of the two.

The points are looked for on lines, at several scales, and the values are balls: what is found is rigorous.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from flint import arb

from symcheck.budget import Budget
from symcheck.conditions.agreement.points import ArrayPoint, array_points
from symcheck.conditions.cases.witness_points import decimals
from symcheck.findings.witness import Witness
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.explicit.explicit import value_at
from symcheck.reason import Undecided

Vector = tuple[Fraction, ...]

MOST_CLASSES = 12
"""Points are looked for with at most so many classes."""

MOST_VALUES = 2400
"""So many values of the formula are computed at most."""

SCALES = tuple(map(Fraction, ("1", "4", "1/2", "16", "1/8", "64")))
"""Distances of neighbouring points on a line."""

STEPS = 8
"""A line has so many points, and one more."""

MOST_CHOICES = 6
"""So many choices of the parameters beside the first are looked at."""

SEED = 5
"""Of the random lines."""


def midpoint_witness(formula: Formula, scope: Scope, budget: Budget, *, most: int = MOST_VALUES) -> Witness | None:
    """Points x, w with l((x + w)/2, 1) > (l(x, 1) + l(w, 1))/2, at some C and values of the parameters.

    At most ``most`` values of the formula are computed.
    """
    left = most
    for point, z, d in _lines(formula, scope):
        given = point.formula(formula)
        budget.check()
        for scale in SCALES:
            if left <= 0:
                return None
            left -= STEPS + 1
            found = _along(given, point, z, tuple(scale * x for x in d))
            if found is not None:
                return found
    return None


def _along(formula: Formula, point: ArrayPoint, z: Vector, d: Vector) -> Witness | None:
    """Three neighbouring points of z + k d, k = -4, ..., 4, with the middle above the mean of the ends."""
    points = [tuple(a + k * b for a, b in zip(z, d, strict=True)) for k in range(-STEPS // 2, STEPS // 2 + 1)]
    values = [_value(formula, p) for p in points]
    for k in range(1, len(points) - 1):
        low, middle, high = values[k - 1 : k + 2]
        if low is None or middle is None or high is None:
            continue
        # Balls: below 0 means that all of the ball is, and so the inequality fails for the true values.
        excess = (low + high) / 2 - middle
        if excess < 0:
            x, w = points[k - 1], points[k + 1]
            name = "l" if formula.uses_label else "g"
            label = ", 1" if formula.uses_label else ""
            mean, between = f"({name}(x{label}) + {name}(w{label}))/2", f"{name}((x + w)/2{label})"
            quantity = f"{mean} - {between} for x = {_shown(x)}, w = {_shown(w)}"
            shown, decimal = decimals(excess)
            return point.witness(quantity, shown, "a value >= 0", decimal)
    return None


def _value(formula: Formula, z: Vector) -> arb | None:
    try:
        return value_at(formula, z, {})
    except Undecided:
        return None


def _lines(formula: Formula, scope: Scope) -> Iterator[tuple[ArrayPoint, Vector, Vector]]:
    """Points of the scope with lines z + t d; those with few classes first."""
    low = scope.classes.low
    numbers = [c for c in (low, low + 1, low + 3) if c in scope.classes and c <= MOST_CLASSES]
    random = Random(SEED)
    starts = [(c, p) for c in numbers for p in _different(list(array_points(formula, scope, c)))]
    starts.sort(key=lambda start: start[0])
    directions = [list(_structured(c, random)) for c, _ in starts]
    # The first line of every point before the second one of any: the lines with few values refute most.
    for k in range(max(map(len, directions), default=0)):
        for (_, point), lines in zip(starts, directions, strict=True):
            if k < len(lines):
                yield point, *lines[k]


def _different(points: list[ArrayPoint]) -> list[ArrayPoint]:
    """The first few points, for every other choice of the parameters one, and two with the last entries of arrays."""
    by_values: dict[tuple[tuple[str, Fraction], ...], ArrayPoint] = {}
    for point in points:
        by_values.setdefault(tuple(point.values.items()), point)
    others = [p for p in by_values.values() if all(p is not q for q in points[:3])]
    return points[:3] + others[:MOST_CHOICES] + [p for p in points[3:] if p.values == points[0].values][-2:]


def _structured(classes: int, random: Random) -> Iterator[tuple[Vector, Vector]]:
    """Lines through the corners that losses have, far along (1, ..., 1), and through random points."""
    zero = (Fraction(0),) * classes

    def unit(*ones: int) -> Vector:
        return tuple(Fraction((i in ones) - (-i - 1 in ones)) for i in range(classes))

    yield zero, unit(0)
    yield zero, unit(1)
    yield zero, unit(0, -2)
    yield zero, (Fraction(1),) * classes
    for size in (4, 40, 4000, 100000):
        yield (Fraction(-size),) * classes, unit(0, -2)
        yield (Fraction(-size),) * classes, (Fraction(1),) * classes
    for spread in (3, 8):
        for _ in range(8):
            z = tuple(Fraction(random.randint(-spread, spread)) for _ in range(classes))
            yield z, tuple(Fraction(random.randint(-2, 2)) for _ in range(classes))


def _shown(z: Vector) -> str:
    return f"({', '.join(map(str, z))})"
