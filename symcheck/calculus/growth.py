"""Numbers that grow: bounds on a number for all t >= START by linear functions of t, and arithmetic with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flint import arb

START: Final = 8
"""Bounds are valid for all t from here on."""

HIGHEST_MULTIPLIED: Final = 8
"""A whole power up to this one is a product."""


@dataclass(frozen=True, slots=True)
class Line:
    """slope t + level."""

    slope: arb
    level: arb

    def at_start(self) -> arb:
        return self.slope * START + self.level

    def plus(self, other: Line) -> Line:
        return Line(self.slope + other.slope, self.level + other.level)

    def times(self, factor: arb) -> Line:
        return Line(self.slope * factor, self.level * factor)

    @property
    def is_nonnegative(self) -> bool:
        """Whether it is at least 0 for all t >= START."""
        return bool(self.slope >= 0 and self.at_start() >= 0)

    @property
    def is_positive(self) -> bool:
        return bool(self.slope >= 0 and self.at_start() > 0)


@dataclass(frozen=True, slots=True)
class Growth:
    """A number between ``low`` and ``high``; positive and between exp(``log_low``) and exp(``log_high``) if known.

    None where there is no bound.  ``positive``: the number is above 0.
    """

    low: Line | None = None
    high: Line | None = None
    log_low: Line | None = None
    log_high: Line | None = None
    positive: bool = False


def level(c: arb) -> Line:
    return Line(arb(0), c)


def constant(c: arb) -> Growth:
    line = level(c)
    return completed(Growth(line, line))


def completed(g: Growth) -> Growth:
    """What the plain bounds say of the logarithms, and the other way round."""
    positive = g.positive or (g.low is not None and g.low.is_positive)
    low, high, log_low, log_high = g.low, g.high, g.log_low, g.log_high
    if positive and low is None:
        low = level(arb(0))
    if log_low is not None and low is not None and not low.is_positive:
        if log_low.slope > 0:  # e^x >= 1 + x
            low = Line(log_low.slope, log_low.level + 1)
        elif log_low.slope.is_zero():
            low = level(log_low.level.exp())
    if log_high is not None and high is None and log_high.slope <= 0:
        high = level(log_high.at_start().exp())
    if positive and log_low is None and low is not None and low.is_positive:
        log_low = level(low.at_start().log())
    if positive and log_high is None and high is not None and high.slope <= 0 and high.at_start() > 0:
        log_high = level(high.at_start().log())
    return Growth(low, high, log_low, log_high, positive)


def negative(g: Growth) -> Growth:
    number = number_in(g)
    if number is not None:
        return constant(-number)
    minus = arb(-1)
    low = None if g.high is None else g.high.times(minus)
    high = None if g.low is None else g.low.times(minus)
    return completed(Growth(low, high))


def total_of(parts: list[Growth]) -> Growth:
    parts = [g for g in parts if not is_zero(g)]
    numbers = [n for n in map(number_in, parts) if n is not None]
    if len(numbers) == len(parts):
        return constant(sum(numbers, arb(0)))
    low: Line | None = level(arb(0))
    high: Line | None = level(arb(0))
    for g in parts:
        low = None if low is None or g.low is None else low.plus(g.low)
        high = None if high is None or g.high is None else high.plus(g.high)
    nonnegative = all(g.positive or (g.low is not None and g.low.is_nonnegative) for g in parts)
    positive = nonnegative and any(g.positive for g in parts)
    if not positive:
        return completed(Growth(low, high))
    lows = [g.log_low for g in parts if g.log_low is not None]
    highs = [log_high_of(g) for g in parts]
    log_high = None
    if all(h is not None for h in highs):
        log_high = line_above([h for h in highs if h is not None]).plus(level(arb(len(parts)).log()))
    return completed(Growth(low, high, steepest(lows), log_high, positive=True))


def log_high_of(g: Growth) -> Line | None:
    """A bound on the logarithm of a nonnegative number, which may be 0."""
    if g.log_high is not None:
        return g.log_high
    if g.high is not None and g.high.slope <= 0:
        at = g.high.at_start()
        if at > 0:
            return level(at.log())
        return level(arb(0)) if at <= 0 else None  # at most 0 is at most 1
    return None


def steepest(lines: list[Line]) -> Line | None:
    """The line with the largest slope."""
    best: Line | None = None
    for line in lines:
        if best is None or line.slope > best.slope or (line.slope >= best.slope and line.level > best.level):
            best = line
    return best


def line_above(lines: list[Line]) -> Line:
    """A line above all of them for t >= START."""
    slope, start = lines[0].slope, lines[0].at_start()
    for line in lines[1:]:
        slope, start = slope.max(line.slope), start.max(line.at_start())
    return Line(slope, start - slope * START)


def line_below(lines: list[Line]) -> Line:
    minus = arb(-1)
    return line_above([line.times(minus) for line in lines]).times(minus)


def is_at_least_0(g: Growth) -> bool:
    return g.positive or (g.low is not None and g.low.is_nonnegative)


def product_of(a: Growth, b: Growth) -> Growth:
    for x, y in ((a, b), (b, a)):
        factor = number_in(x)
        if factor is not None:
            return scaled(y, factor)
    if not is_at_least_0(a) and a.high is not None and a.high.times(arb(-1)).is_nonnegative:
        return negative(product_of(negative(a), b))
    if not is_at_least_0(b) and b.high is not None and b.high.times(arb(-1)).is_nonnegative:
        return negative(product_of(a, negative(b)))
    if is_at_least_0(a) and is_at_least_0(b):
        log_low = None if a.log_low is None or b.log_low is None else a.log_low.plus(b.log_low)
        log_high = None if a.log_high is None or b.log_high is None else a.log_high.plus(b.log_high)
        positive = a.positive and b.positive
        lows = [level(arb(0))]
        for x, y in ((a, b), (b, a)):
            if x.low is not None and y.low is not None and x.low.is_nonnegative and y.low.is_nonnegative:
                lows.append(y.low.times(x.low.at_start()))
        high = None
        for x, y in ((a, b), (b, a)):
            if x.high is not None and y.high is not None and x.high.slope <= 0 and y.high.is_nonnegative:
                high = y.high.times(x.high.at_start())
        return completed(Growth(steepest(lows), high, log_low, log_high, positive))
    return Growth()


def number_in(g: Growth) -> arb | None:
    """The number that it is, if both bounds are this one."""
    if g.low is None or g.high is None or not g.low.slope.is_zero() or not g.high.slope.is_zero():
        return None
    return g.low.level if g.low is g.high else None


def is_zero(g: Growth) -> bool:
    number = number_in(g)
    return number is not None and bool(number.is_zero())


def scaled(g: Growth, factor: arb) -> Growth:
    number = number_in(g)
    if factor.is_zero() or number is not None:
        return constant(arb(0) if number is None else number * factor)
    if factor < 0:
        return negative(scaled(g, -factor))
    if not factor > 0:
        return Growth()
    shift = level(factor.log())
    return completed(
        Growth(
            None if g.low is None else g.low.times(factor),
            None if g.high is None else g.high.times(factor),
            None if g.log_low is None else g.log_low.plus(shift),
            None if g.log_high is None else g.log_high.plus(shift),
            g.positive,
        )
    )


def inverse(g: Growth) -> Growth:
    number = number_in(g)
    if number is not None:
        return Growth() if number.contains(0) else constant(1 / number)
    if not g.positive:
        if g.high is not None and g.high.times(arb(-1)).is_positive:
            return negative(inverse(negative(g)))
        return Growth()
    minus = arb(-1)
    log_low = None if g.log_high is None else g.log_high.times(minus)
    log_high = None if g.log_low is None else g.log_low.times(minus)
    return completed(Growth(None, None, log_low, log_high, positive=True))


def power_of(a: Growth, b: Growth) -> Growth:
    exponent = number_in(b)
    if exponent is None:
        return Growth()
    whole = exponent.unique_fmpz() if exponent.is_exact() else None
    if whole is not None and whole == 0:
        return constant(arb(1))
    if whole is not None and 0 < whole <= HIGHEST_MULTIPLIED:
        size = a
        if int(whole) % 2 == 0 and not is_at_least_0(a):
            size = larger(a, negative(a))
        value = size
        for _ in range(int(whole) - 1):
            value = product_of(value, size)
        return value
    if exponent < 0:
        return inverse(power_of(a, constant(-exponent)))
    if not a.positive:
        return Growth(level(arb(0))) if is_at_least_0(a) else Growth()
    log_low = None if a.log_low is None else a.log_low.times(exponent)
    log_high = None if a.log_high is None else a.log_high.times(exponent)
    low = None
    if exponent >= 1 and a.low is not None and a.low.is_positive:  # x**e >= x b**(e - 1) for x >= b > 0
        low = a.low.times(a.low.at_start() ** (exponent - 1))
    return completed(Growth(low, None, log_low, log_high, positive=True))


def larger(a: Growth, b: Growth) -> Growth:
    lows = [x.low for x in (a, b) if x.low is not None]
    high = None if a.high is None or b.high is None else line_above([a.high, b.high])
    positive = a.positive or b.positive
    nonnegative = [x for x in lows if x.is_nonnegative]
    return completed(Growth(steepest(nonnegative or lows), high, positive=positive))


def largest_of(parts: list[Growth]) -> Growth:
    found = parts[0]
    for g in parts[1:]:
        found = larger(found, g)
    return found


def chosen(u: Growth, positive: Growth, otherwise: Growth) -> Growth:
    if u.positive:
        return positive
    if u.high is not None and u.high.times(arb(-1)).is_nonnegative:
        return otherwise
    lows = [positive.low, otherwise.low]
    highs = [positive.high, otherwise.high]
    low = line_below([x for x in lows if x is not None]) if None not in lows else None
    high = line_above([x for x in highs if x is not None]) if None not in highs else None
    return completed(Growth(low, high))


def softplus_of(g: Growth) -> Growth:
    """log(1 + e^x) is positive, and from max(x, 0) to max(x, 0) + log 2."""
    top = larger(g, constant(arb(0)))
    high = None if top.high is None else top.high.plus(level(arb(2).log()))
    return completed(Growth(top.low, high, positive=True))


def log_sum_exp(parts: list[Growth]) -> Growth:
    top = largest_of(parts)
    high = None if top.high is None else top.high.plus(level(arb(len(parts)).log()))
    lows = [g.low for g in parts if g.low is not None]
    return completed(Growth(steepest(lows), high))


def at_most_0(g: Growth) -> Growth:
    """A number that is known to be at most 0."""
    if g.high is not None and g.high.slope <= 0 and g.high.at_start() <= 0:
        return g
    return completed(Growth(g.low, level(arb(0))))
