"""Points of a box at which signs are looked at: ends that are reached, near ends that are not, the middle, far out.

Rounded numbers have no values at a point: what balls show there holds wherever in their intervals they lie.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import count, product
from math import gcd, prod

from symcheck.field.ball import Point
from symcheck.field.base import AbstractField
from symcheck.field.signs.box import Box
from symcheck.language.interval import Interval

MOST_POINTS = 160
"""At most so many points of one box."""

FIRST_LOOK, LONG_LOOK = 8, 40
"""Points at which the sign is looked at before a cheap proof is tried, and before an expensive one."""

AWAY = tuple(map(Fraction, ("1", "1/16", "12", "1/2", "100", "1/1048576", "1e6", "1e-40", "1e40")))
"""Distances from the end of an unbounded interval."""

AWAY_WHOLE = (1, 2, 12, 3, 100, 5, 7, 101, 10**6, 10**6 + 1, 10**40)
"""The same for whole numbers, even and odd ones."""

FAR = (10**4, 10**16, 10**50)
"""Numbers of classes far out."""


class Points:
    """Points of a box, fewer than ``MOST_POINTS``, each made when it is asked for; the first few are far apart."""

    def __init__(self, field: AbstractField, box: Box) -> None:
        sides = [(name, side) for name, side in zip(box.names, box.sides, strict=True) if not side.rounded]
        names = [name for name, _ in sides]
        grid = _grid([_along(side, is_classes=name == "C") for name, side in sides])
        self._made: list[Point] = []
        self._rest = (Point(field, dict(zip(names, values, strict=True))) for values in grid)

    def __iter__(self) -> Iterator[Point]:
        for i in count():
            if i == len(self._made):
                point = next(self._rest, None)
                if point is None:
                    return
                self._made.append(point)
            yield self._made[i]

    @property
    def first(self) -> Point:
        """The first of them."""
        return next(iter(self))


def _grid(candidates: list[tuple[Fraction, ...]]) -> Iterator[tuple[Fraction, ...]]:
    # Of a long list only a part is looked at, and a grid would use up its points on the last sides.
    if prod(map(len, candidates)) > MOST_POINTS:
        return _diagonals(candidates)
    grid = list(product(*candidates))
    # A step that is coprime to the number of points walks through all of them, far apart at first.
    step = next(k for k in range(max(1, len(grid) * 3 // 8), len(grid) + 1) if gcd(k, len(grid)) == 1)
    return (grid[i * step % len(grid)] for i in range(len(grid)))


def some_value(side: Interval) -> Fraction:
    """A value in ``side``, an end if one is reached."""
    low, high = side.low, side.high
    if low is not None and not side.low_open:
        return low
    if high is not None and not side.high_open:
        return high
    if low is not None and high is not None:
        return (low + high) / 2
    if low is not None:
        return low + 1
    return Fraction(0) if high is None else high - 1


def _diagonals(candidates: list[tuple[Fraction, ...]]) -> Iterator[tuple[Fraction, ...]]:
    """Points in which every candidate of every side occurs, each with different neighbours."""
    sizes, seen = [len(side) for side in candidates], set[tuple[int, ...]]()
    for i in range(MOST_POINTS):
        places = tuple((i * (2 * j + 1) + (i // size) * (j + 1)) % size for j, size in enumerate(sizes))
        if places not in seen:
            seen.add(places)
            yield tuple(side[place] for side, place in zip(candidates, places, strict=True))


@lru_cache(maxsize=256)
def _along(side: Interval, *, is_classes: bool) -> tuple[Fraction, ...]:
    """Values in ``side``: its reached ends first."""
    low, high = side.low, side.high
    away = [Fraction(k) for k in AWAY_WHOLE] if side.integer else AWAY
    wanted: list[Fraction]
    if is_classes:
        assert low is not None
        wanted = [low, low + 1, low + 2, low + 3, low + 5, 3 * low + 4, 10 * low, *map(Fraction, FAR)]
        if high is not None:
            wanted += [high, Fraction((low + high) // 2)]
    elif low is not None and high is not None:
        width = high - low
        wanted = [low, high, *(low + width * Fraction(k, 64) for k in (32, 4, 60, 1, 63))]
        wanted += [low + width / 2**20, high - width / 2**20]
    elif low is not None:
        wanted = [low, *(low + k for k in away)]
    elif high is not None:
        wanted = [high, *(high - k for k in away)]
    else:
        wanted = [Fraction(0), *(sign * k for k in away for sign in (1, -1))]
    if side.integer and not is_classes:
        wanted = [Fraction(round(v)) for v in wanted]
    return tuple(v for v in dict.fromkeys(wanted) if v in side)
