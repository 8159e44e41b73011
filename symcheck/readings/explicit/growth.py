"""Numbers that grow: bounds on a number, and on its size, for all t >= START by linear functions of t.

Two pairs of lines bound a number v(t): low <= v <= high, and size_low <= log|v| <= size_high.  The first pair follows
sums, the second one products and exponentials, and each says something of the other (``completed``).  A bound is a
statement about all t >= START, and where none is known it is None: no rule guesses.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from flint import arb

START: Final = 8
"""Bounds are valid for all t from here on."""


@dataclass(frozen=True, slots=True)
class Line:
    """slope t + level."""

    slope: arb
    level: arb

    def at_start(self) -> arb:
        """The value at t = START, where the line has its least value if it rises and its largest if it falls."""
        return self.slope * START + self.level

    def times(self, factor: arb) -> Line:
        """``factor`` times the line; a bound from below becomes one from above where the factor is negative."""
        return Line(self.slope * factor, self.level * factor)

    @property
    def is_nonnegative(self) -> bool:
        """Whether it is at least 0 for all t >= START."""
        return bool(self.slope >= 0 and self.at_start() >= 0)

    @property
    def is_positive(self) -> bool:
        """Whether it is above 0 for all t >= START: it does not fall, and is so at START."""
        return bool(self.slope >= 0 and self.at_start() > 0)


Bound: TypeAlias = Line | None
"""A line, or None where no bound is known."""


@dataclass(frozen=True, slots=True)
class Growth:
    """A number v between ``low`` and ``high``, with exp(``size_low``) <= |v| <= exp(``size_high``).

    ``sign``: 1 where v > 0 is known, -1 where v < 0 is; ``size_low`` is there only then.
    """

    low: Bound = None
    high: Bound = None
    size_low: Bound = None
    size_high: Bound = None
    sign: int = 0

    @property
    def positive(self) -> bool:
        """Whether v > 0 is known for all t >= START."""
        return self.sign > 0


def plus(one: Bound, other: Bound) -> Bound:
    """The sum of two lines: it bounds the sum of what they bound."""
    return None if one is None or other is None else Line(one.slope + other.slope, one.level + other.level)


def times(line: Bound, factor: arb) -> Bound:
    """``factor`` times the line, if there is one."""
    return None if line is None else line.times(factor)


def level(c: arb) -> Line:
    """The line that is ``c`` for all t."""
    return Line(arb(0), c)


def constant(c: arb) -> Growth:
    """The number ``c`` for all t, bounded by one and the same line from both sides."""
    # One line twice, not two equal ones: that is how ``number_in`` knows a number from two bounds that look alike.
    line = level(c)
    return completed(Growth(line, line))


def positive(size_low: Bound, size_high: Bound) -> Growth:
    """A number above 0 whose logarithm lies between the two."""
    return completed(Growth(size_low=size_low, size_high=size_high, sign=1))


def completed(g: Growth) -> Growth:
    """What the plain bounds say of the size, and the other way round."""
    # A negative number is completed as its negative, so that the rules below are written for positive ones alone.
    if g.sign < 0 or (g.high is not None and g.high.times(arb(-1)).is_positive):
        return _turned(_completed(_turned(g)))
    return _completed(g)


def _turned(g: Growth) -> Growth:
    """-v."""
    low = times(g.high, arb(-1))
    # A number stays one: both bounds remain the same line.
    high = low if g.low is g.high else times(g.low, arb(-1))
    return Growth(low, high, g.size_low, g.size_high, -g.sign)


def _completed(g: Growth) -> Growth:
    low, high, size_low, size_high = g.low, g.high, g.size_low, g.size_high
    is_positive = g.positive or (low is not None and low.is_positive)
    # log|v| has no bound from below where v may be 0.
    if not is_positive:
        return Growth(low, high, None, size_high or _size_between(low, high), 0)
    if low is None:
        low = level(arb(0))
    if size_low is not None and not low.is_positive:
        if size_low.slope > 0:  # e^x >= 1 + x
            low = Line(size_low.slope, size_low.level + 1)
        elif size_low.slope.is_zero():
            low = level(size_low.level.exp())
    # e^(p t + c) lies below a line for p <= 0 only.
    if size_high is not None and high is None and size_high.slope <= 0:
        high = level(size_high.at_start().exp())
    if size_low is None and low.is_positive:
        size_low = level(low.at_start().log())
    if size_high is None and high is not None:
        size_high = _log_above(high)
    return Growth(low, high, size_low, size_high, 1)


def _log_above(line: Line) -> Bound:
    """A line above the logarithm of a positive line: level, or the tangent at START."""
    start = line.at_start()
    if not start > 0:
        return None
    if line.slope <= 0:
        return level(start.log())
    # log is concave: it lies below its tangent, to the right of START as well.
    slope = line.slope / start
    return Line(slope, start.log() - slope * START)


def _size_between(low: Bound, high: Bound) -> Bound:
    """A bound on the size of a number between two levels of any sign."""
    if low is None or high is None or not low.slope >= 0 or not high.slope <= 0:
        return None
    # low rises and high falls, so that both are furthest from 0 at START.
    most = abs(low.at_start()).max(abs(high.at_start()))
    return level(most.log()) if most > 0 else None


def negative(g: Growth) -> Growth:
    """-v: the bounds change places, and those on the size stay."""
    return _turned(g)


def size_high_of(g: Growth) -> Bound:
    """A bound on the logarithm of the size, also of a nonnegative number that may be 0."""
    if g.size_high is not None:
        return g.size_high
    if is_at_least_0(g) and g.high is not None and g.high.slope <= 0:
        at = g.high.at_start()
        return level(at.log()) if at > 0 else level(arb(0)) if at <= 0 else None  # at most 0 is at most 1
    return None


def steepest(lines: Iterable[Bound]) -> Bound:
    """The line with the largest slope, of those that there are."""
    best: Bound = None
    for line in lines:
        if line is None:
            continue
        if best is None or line.slope > best.slope or (line.slope >= best.slope and line.level > best.level):
            best = line
    return best


def line_above(lines: Sequence[Bound]) -> Bound:
    """A line above all of them for t >= START, if all of them are there."""
    there = [line for line in lines if line is not None]
    if len(there) < len(lines):
        return None
    # The largest slope from the largest value at START on: above each of them, and rarely one of them.
    slope, start = there[0].slope, there[0].at_start()
    for line in there[1:]:
        slope, start = slope.max(line.slope), start.max(line.at_start())
    return Line(slope, start - slope * START)


def line_below(lines: Sequence[Bound]) -> Bound:
    """A line below all of them for t >= START, if all of them are there."""
    return times(line_above([times(line, arb(-1)) for line in lines]), arb(-1))


def is_at_least_0(g: Growth) -> bool:
    """Whether v >= 0 is known for all t >= START; v may be 0."""
    return g.positive or (g.low is not None and g.low.is_nonnegative)


def is_at_most_0(g: Growth) -> bool:
    """Whether v <= 0 is known for all t >= START; v may be 0."""
    return g.sign < 0 or (g.high is not None and g.high.times(arb(-1)).is_nonnegative)


def number_in(g: Growth) -> arb | None:
    """The number that it is, if both bounds are this one."""
    if g.low is None or g.high is None or not g.low.slope.is_zero() or not g.high.slope.is_zero():
        return None
    return g.low.level if g.low is g.high else None


def is_zero(g: Growth) -> bool:
    """Whether v is the number 0; False where it only may be."""
    number = number_in(g)
    return number is not None and bool(number.is_zero())


def at_most_0(g: Growth) -> Growth:
    """A number that is known to be at most 0."""
    # Rounding may put the end of a ball above 0 although what it bounds is not: the bound 0 is known apart.
    if g.high is not None and g.high.slope <= 0 and g.high.at_start() <= 0:
        return g
    return completed(Growth(g.low, level(arb(0))))
