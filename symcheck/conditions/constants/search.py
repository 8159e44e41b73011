"""The largest value of a function of phi', phi'' and phi''' over all gaps, from above.

A cell is an interval of gaps on which the derivatives are known as balls.  The cell with the largest bound is halved
until its bound is near to a value that is attained, so that no time goes into the rest.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import inf
from typing import Final

from symcheck.budget import look
from symcheck.conditions.constants.joined import Joint, joint_of
from symcheck.conditions.constants.rounded import above
from symcheck.language.formula import Formula
from symcheck.readings.gap.series import Slopes, slopes_on
from symcheck.readings.gap.tail import slopes_beyond
from symcheck.reason import Code, Undecided

NEAR: Final = Fraction(30)
"""Up to here cells are of about one unit, beyond it each is twice as long as the one before."""

FARTHEST: Final = 20
"""Cells are doubled so often at most."""

REACH: Final = NEAR * 2**FARTHEST
"""Gaps up to so much are looked at where it is open how phi is beyond."""

CLOSE: Final = 1.01
"""A bound may be so many times a value that is attained."""

FLAT: Final = 1e-15
"""Where the second derivative stays below it, no cells are needed any more."""

NOTHING: Final = 1e-9
"""A bound below it is small enough, whatever is attained."""

MOST_CELLS: Final = 1500
"""So many cells are halved at most; the bound is true then too, and only less near."""

MOST_OPEN: Final = 400
"""So many of them may be cells on which the balls are not finite; a kink takes about 50."""

LEAST: Final = Fraction(1, 2**34)
"""A cell of this length, times its distance from 0 where that is larger, is not halved to find a switch."""

TOO_LARGE: Final = 1e6
"""A function of the derivatives that is larger somewhere is taken to be unbounded."""

Bound = Callable[[Slopes], float]
"""What is bounded: from above, by balls."""


@dataclass(frozen=True)
class Largest:
    """The bound ``value``, and whether it holds ``everywhere``, not only up to ``REACH``; inf where none was found."""

    value: float
    everywhere: bool


def largest(phi: Formula, bound: Bound, lower: Bound, *, smooth: bool = False) -> Largest:
    """A number that ``bound`` of the derivatives of ``phi`` does not exceed at any gap.

    ``lower`` is the same from below at one gap.  It is inf where it grows beyond ``TOO_LARGE``.  Raises ``Undecided``
    where phi is not shown to be smooth, but for kinks at which its slope jumps upwards: these make it more convex.
    With ``smooth`` no kink is allowed.
    """
    beyond = [_beyond(phi, sign) for sign in (-1, 1)]
    ends = [REACH if found is None else found[0] for found in beyond]
    edges = tuple(x for x in _edges() if -ends[0] <= x <= ends[1])
    value = largest_between(phi, bound, lower, edges, smooth=smooth)
    return Largest(max([value, *(bound(found[1]) for found in beyond if found)]), all(beyond))


@lru_cache(maxsize=200)
def _beyond(phi: Formula, sign: int) -> tuple[Fraction, Slopes] | None:
    """The first gap from which on the derivatives of phi are near to those of a line, and what they are."""
    for n in range(FARTHEST + 1):
        far = NEAR * 2**n
        try:
            found = slopes_beyond(phi, far, sign)
        except Undecided as stop:
            if stop.reason.code is Code.BUDGET:
                raise
            continue
        if above(abs(found.second)) <= FLAT:
            return far, found
    return None


def largest_between(
    phi: Formula, bound: Bound, lower: Bound, edges: tuple[Fraction, ...], *, smooth: bool = False
) -> float:
    """The same for the gaps from the first to the last of ``edges``, which are the ends of the cells to begin with."""
    attained = 0.0
    heap: list[tuple[float, Fraction, Fraction]] = []
    for cell in pairwise(edges):
        value, at_middle = _on(phi, bound, lower, cell, smooth=smooth)
        attained = max(attained, at_middle)
        heapq.heappush(heap, (-value, *cell))
    undecided = 0
    for _ in range(MOST_CELLS):
        look()
        value, low, high = heap[0]
        undecided += value == -inf
        if undecided > MOST_OPEN:
            break
        if -value <= max(CLOSE * attained, NOTHING) or attained > TOO_LARGE or high - low <= _least(low):
            break
        heapq.heappop(heap)
        middle = (low + high) / 2
        for cell in ((low, middle), (middle, high)):
            value, at_middle = _on(phi, bound, lower, cell, smooth=smooth)
            attained = max(attained, at_middle)
            heapq.heappush(heap, (-value, *cell))
    found = max(-heap[0][0], 0.0)
    return inf if max(attained, found) > TOO_LARGE else found


def _on(
    phi: Formula, bound: Bound, lower: Bound, cell: tuple[Fraction, Fraction], *, smooth: bool
) -> tuple[float, float]:
    """An upper bound on the cell, and a lower one of what is attained in it."""
    found = _slopes(phi, *cell)
    if found is None:
        return inf, 0.0
    over, middle = found
    if smooth and over.switches:
        raise _kink(f"the formula may have a kink near the gap {float(cell[0]):.6g}")
    return bound(over), 0.0 if middle is None else lower(middle)


@lru_cache(maxsize=20_000)
def _slopes(phi: Formula, low: Fraction, high: Fraction) -> tuple[Slopes, Slopes | None] | None:
    """The derivatives on the cell, None where the cell is too long for the balls."""
    short = high - low <= _least(low)
    try:
        over, middle = slopes_on(phi, low, high)
    except Undecided as stop:
        if short or stop.reason.code is Code.BUDGET:
            raise
        return None
    if over.switches and not short:
        return None
    if over.switches:
        _require_upward(phi, over, low, high)
    return over, middle


def _least(low: Fraction) -> Fraction:
    return LEAST * max(Fraction(1), abs(low))


def _require_upward(phi: Formula, over: Slopes, low: Fraction, high: Fraction) -> None:
    """Raise ``Undecided`` unless phi is continuous on a short cell and its slope jumps upwards at one gap in it."""
    where = f"near the gap {float(low):.6g}"
    # Of several kinks some may go up and others down, and only what they come to is known.
    if len(over.switches) > 1 or over.switches[0].contains(0):
        raise _kink(f"it is not shown that the formula has one kink alone {where}")
    if over.jumps:
        joint = joint_of(phi, low, high)
        if joint is Joint.SLOPE:
            return
        if joint is Joint.NOTHING:
            raise _kink(f"the formula is given by cases {where}, and these are not shown to have one value there")
    before, after = slopes_on(phi, low, low)[0], slopes_on(phi, high, high)[0]
    if before.switches or after.switches:
        raise _kink(f"the formula has a kink at {float(low):.6g} or {float(high):.6g}, where it is not looked at")
    # What phi' gains over the cell, less what phi'' gives on the way, it gains at the kink.
    gained = after.first - before.first - (high - low).numerator * over.second / (high - low).denominator
    if gained < 0:
        raise _kink(f"the slope of the formula falls {where}, so that it is not convex after adding any square")
    if not gained > 0:
        raise _kink(f"the slope of the formula is not shown to rise at its kink {where}")


def _kink(why: str) -> Undecided:
    return Undecided.of(Code.KINK, why, "use a smooth function in the place of the kink")


@lru_cache(maxsize=1)
def _edges() -> tuple[Fraction, ...]:
    """The ends of cells, from -``REACH`` to ``REACH``, with the ends of every part beyond which there are none."""
    # No end of a short cell is a whole number, or a likely fraction, at which formulas have their kinks.
    start = Fraction(-2987, 100)
    near = [start + Fraction(9973, 10000) * n for n in range(60)]
    far = [NEAR * 2**n for n in range(FARTHEST + 1)]
    return (*(-x for x in reversed(far)), *near, *(x for x in far if x > near[-1]))
