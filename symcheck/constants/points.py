"""Points of a box at which signs are looked at: ends that are reached, near ends that are not, the middle, far out."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from symcheck.constants.ball import Point
from symcheck.constants.box import Box
from symcheck.language.parameter import Interval

if TYPE_CHECKING:
    from symcheck.constants.field import Field

MOST_POINTS = 160
"""At most so many points of one box."""

FAR = (10**4, 10**16, 10**120)
"""Numbers of classes far out."""


def points_of(field: Field, box: Box) -> list[Point]:
    """Points of ``box``, fewer than ``MOST_POINTS``, in an order in which the first few are far apart."""
    if not box.names:
        return [Point(field, {})]
    candidates = [_along(name, side) for name, side in zip(box.names, box.sides, strict=True)]
    grid = list(product(*candidates))
    if len(grid) > MOST_POINTS:
        grid = _diagonals(candidates)
    else:
        # A step that is coprime to the number of points walks through all of them, far apart at first.
        step = next(k for k in range(max(1, int(len(grid) * 0.38)), len(grid) + 1) if _coprime(k, len(grid)))
        grid = [grid[i * step % len(grid)] for i in range(len(grid))]
    return [Point(field, dict(zip(box.names, values, strict=True))) for values in grid]


def some_value(name: str, side: Interval) -> Fraction:
    """A value in ``side``."""
    return _along(name, side)[0]


def _coprime(a: int, b: int) -> bool:
    while b:
        a, b = b, a % b
    return a == 1


def _diagonals(candidates: list[list[Fraction]]) -> list[tuple[Fraction, ...]]:
    """Points in which every candidate of every side occurs, each with different neighbours."""
    found: dict[tuple[Fraction, ...], None] = {}
    for i in range(MOST_POINTS):
        point = []
        for j, side in enumerate(candidates):
            place = (i * (2 * j + 1) + (i // len(side)) * (j + 1)) % len(side)
            point.append(side[place])
        found[tuple(point)] = None
    return list(found)


def _along(name: str, side: Interval) -> list[Fraction]:
    """Values in ``side``: its reached ends first."""
    low, high = side.low, side.high
    wanted: list[Fraction]
    if name == "C":
        assert low is not None
        wanted = [low, low + 1, low + 2, low + 3, low + 5, 3 * low + 4, 10 * low, *map(Fraction, FAR)]
        if high is not None:
            wanted += [high, Fraction((low + high) // 2)]
    elif low is not None and high is not None:
        width = high - low
        wanted = [low, high, *(low + width * Fraction(k, 64) for k in (32, 4, 60, 1, 63))]
        wanted += [low + width / 2**20, high - width / 2**20]
    elif low is not None:
        wanted = [low, *(low + Fraction(k) for k in ("1", "1/16", "12", "1/2", "2", "100", "1/1048576"))]
    elif high is not None:
        wanted = [high, *(high - Fraction(k) for k in ("1", "1/16", "12", "1/2", "2", "100", "1/1048576"))]
    else:
        wanted = [Fraction(k) for k in ("0", "1", "-1", "1/16", "-1/16", "12", "-12", "100", "-100")]
    if side.integer and name != "C":
        wanted = [Fraction(round(v)) for v in wanted]
    return [v for v in dict.fromkeys(wanted) if v in side]
