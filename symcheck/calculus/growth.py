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
    """A number v between ``low`` and ``high``, with exp(``size_low``) <= |v| <= exp(``size_high``).

    None where there is no bound.  ``sign``: 1 where v > 0 is known, -1 where v < 0 is; ``size_low`` is there only then.
    """

    low: Line | None = None
    high: Line | None = None
    size_low: Line | None = None
    size_high: Line | None = None
    sign: int = 0

    @property
    def positive(self) -> bool:
        return self.sign > 0


def level(c: arb) -> Line:
    return Line(arb(0), c)


def constant(c: arb) -> Growth:
    line = level(c)
    return completed(Growth(line, line))


def positive(size_low: Line | None, size_high: Line | None) -> Growth:
    """A number above 0 whose logarithm lies between the two."""
    return completed(Growth(size_low=size_low, size_high=size_high, sign=1))


def completed(g: Growth) -> Growth:
    """What the plain bounds say of the size, and the other way round."""
    if g.sign < 0 or (g.high is not None and g.high.times(arb(-1)).is_positive):
        return _turned(_completed(_turned(g)))
    return _completed(g)


def _turned(g: Growth) -> Growth:
    """-v."""
    minus = arb(-1)
    low = None if g.high is None else g.high.times(minus)
    high = None if g.low is None else g.low.times(minus)
    if low is not None and g.low is g.high:
        high = low
    return Growth(low, high, g.size_low, g.size_high, -g.sign)


def _completed(g: Growth) -> Growth:
    low, high, size_low, size_high = g.low, g.high, g.size_low, g.size_high
    is_positive = g.positive or (low is not None and low.is_positive)
    if not is_positive:
        return Growth(low, high, None, size_high or _size_between(low, high), 0)
    if low is None:
        low = level(arb(0))
    if size_low is not None and not low.is_positive:
        if size_low.slope > 0:  # e^x >= 1 + x
            low = Line(size_low.slope, size_low.level + 1)
        elif size_low.slope.is_zero():
            low = level(size_low.level.exp())
    if size_high is not None and high is None and size_high.slope <= 0:
        high = level(size_high.at_start().exp())
    if size_low is None and low.is_positive:
        size_low = level(low.at_start().log())
    if size_high is None and high is not None:
        size_high = _log_above(high)
    return Growth(low, high, size_low, size_high, 1)


def _log_above(line: Line) -> Line | None:
    """A line above the logarithm of a positive line: level, or the tangent at START."""
    start = line.at_start()
    if not start > 0:
        return None
    if line.slope <= 0:
        return level(start.log())
    slope = line.slope / start
    return Line(slope, start.log() - slope * START)


def _size_between(low: Line | None, high: Line | None) -> Line | None:
    """A bound on the size of a number between two levels of any sign."""
    if low is None or high is None or not low.slope >= 0 or not high.slope <= 0:
        return None
    most = abs(low.at_start()).max(abs(high.at_start()))
    return level(most.log()) if most > 0 else None


def negative(g: Growth) -> Growth:
    return _turned(g)


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
    highs = [size_high_of(g) for g in parts]
    size_high = None
    if all(h is not None for h in highs):
        size_high = line_above([h for h in highs if h is not None]).plus(level(arb(len(parts)).log()))
    size_low = _outweighing(parts)
    if size_low is not None or (all(map(is_at_least_0, parts)) and any(g.positive for g in parts)):
        return completed(Growth(low, high, size_low, size_high, 1))
    others = [negative(g) for g in parts]
    size_low = _outweighing(others)
    if size_low is not None or (all(map(is_at_least_0, others)) and any(g.positive for g in others)):
        return completed(Growth(low, high, size_low, size_high, -1))
    return completed(Growth(low, high, None, size_high))


def _outweighing(parts: list[Growth]) -> Line | None:
    """A bound from below on the logarithm of the sum, where positive parts are larger than all others together.

    With sizes of at least e^(p t + c) against others of at most e^(q t + d), q <= p, the sum is at least
    e^(p t) (sum e^c - sum e^(d + (q - p) START)).
    """
    lead = steepest([g.size_low for g in parts if g.positive and g.size_low is not None])
    if lead is None:
        return None
    p = lead.slope
    own = arb(0)
    for g in parts:
        if g.positive and g.size_low is not None and (g.size_low is lead or g.size_low.slope == p):
            own += g.size_low.level.exp()
        elif not is_at_least_0(g):
            if g.size_high is None or not g.size_high.slope <= p:
                return None
            own -= (g.size_high.level + (g.size_high.slope - p) * START).exp()
    return Line(p, own.log()) if own > 0 else None


def size_high_of(g: Growth) -> Line | None:
    """A bound on the logarithm of the size, also of a nonnegative number that may be 0."""
    if g.size_high is not None:
        return g.size_high
    if is_at_least_0(g) and g.high is not None and g.high.slope <= 0:
        at = g.high.at_start()
        return level(at.log()) if at > 0 else level(arb(0)) if at <= 0 else None  # at most 0 is at most 1
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
    if not is_at_least_0(a) and _is_at_most_0(a):
        return negative(product_of(negative(a), b))
    if not is_at_least_0(b) and _is_at_most_0(b):
        return negative(product_of(a, negative(b)))
    size_high = None if a.size_high is None or b.size_high is None else a.size_high.plus(b.size_high)
    if not is_at_least_0(a) or not is_at_least_0(b):
        return completed(Growth(size_high=size_high))
    size_low = None if a.size_low is None or b.size_low is None else a.size_low.plus(b.size_low)
    lows = [level(arb(0))]
    for x, y in ((a, b), (b, a)):
        if x.low is not None and y.low is not None and x.low.is_nonnegative and y.low.is_nonnegative:
            lows.append(y.low.times(x.low.at_start()))
    high = None
    for x, y in ((a, b), (b, a)):
        if x.high is not None and y.high is not None and x.high.slope <= 0 and y.high.is_nonnegative:
            high = y.high.times(x.high.at_start())
    return completed(Growth(steepest(lows), high, size_low, size_high, int(a.positive and b.positive)))


def _is_at_most_0(g: Growth) -> bool:
    return g.sign < 0 or (g.high is not None and g.high.times(arb(-1)).is_nonnegative)


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
            None if g.size_low is None else g.size_low.plus(shift),
            None if g.size_high is None else g.size_high.plus(shift),
            g.sign,
        )
    )


def inverse(g: Growth) -> Growth:
    number = number_in(g)
    if number is not None:
        return Growth() if number.contains(0) else constant(1 / number)
    if g.sign == 0:
        return Growth()
    minus = arb(-1)
    size_low = None if g.size_high is None else g.size_high.times(minus)
    size_high = None if g.size_low is None else g.size_low.times(minus)
    return completed(Growth(None, None, size_low, size_high, g.sign))


def power_of(a: Growth, b: Growth) -> Growth:
    exponent = number_in(b)
    if exponent is None:
        return Growth()
    whole = exponent.unique_fmpz() if exponent.is_exact() else None
    if whole is not None and whole == 0:
        return constant(arb(1))
    if whole is not None and whole > 0 and int(whole) % 2 == 0 and not is_at_least_0(a):
        return power_of(absolute(a), b)
    if whole is not None and 0 < whole <= HIGHEST_MULTIPLIED:
        value = a
        for _ in range(int(whole) - 1):
            value = product_of(value, a)
        return value
    if exponent < 0:
        return inverse(power_of(a, constant(-exponent)))
    if whole is not None and a.sign < 0:
        return negative(power_of(negative(a), b))
    if not a.positive:
        return Growth(level(arb(0))) if is_at_least_0(a) else Growth()
    size_low = None if a.size_low is None else a.size_low.times(exponent)
    size_high = None if a.size_high is None else a.size_high.times(exponent)
    low = None
    if exponent >= 1 and a.low is not None and a.low.is_positive:  # x**e >= x b**(e - 1) for x >= b > 0
        low = a.low.times(a.low.at_start() ** (exponent - 1))
    return completed(Growth(low, None, size_low, size_high, 1))


def absolute(a: Growth) -> Growth:
    top = larger(a, negative(a))
    return top if is_at_least_0(top) else completed(Growth(level(arb(0)), top.high, None, a.size_high))


def larger(a: Growth, b: Growth) -> Growth:
    if a.sign < 0 and b.sign < 0:
        return negative(_smaller(negative(a), negative(b)))
    lows = [x.low for x in (a, b) if x.low is not None]
    high = None if a.high is None or b.high is None else line_above([a.high, b.high])
    nonnegative = [x for x in lows if x.is_nonnegative]
    size_low = steepest([x.size_low for x in (a, b) if x.positive and x.size_low is not None])
    highs = [size_high_of(x) for x in (a, b) if x.sign >= 0]
    size_high = None if None in highs else line_above([x for x in highs if x is not None])
    return completed(Growth(steepest(nonnegative or lows), high, size_low, size_high, int(a.positive or b.positive)))


def _smaller(a: Growth, b: Growth) -> Growth:
    """The smaller of two positive numbers."""
    low = None if a.low is None or b.low is None else line_below([a.low, b.low])
    size_low = None if a.size_low is None or b.size_low is None else line_below([a.size_low, b.size_low])
    highs = [x.high for x in (a, b) if x.high is not None]
    sizes = [x.size_high for x in (a, b) if x.size_high is not None]
    return completed(Growth(low, highs[0] if highs else None, size_low, sizes[0] if sizes else None, 1))


def largest_of(parts: list[Growth]) -> Growth:
    found = parts[0]
    for g in parts[1:]:
        found = larger(found, g)
    return found


def chosen(u: Growth, positive: Growth, otherwise: Growth) -> Growth:
    if u.positive:
        return positive
    if _is_at_most_0(u):
        return otherwise
    low = None if positive.low is None or otherwise.low is None else line_below([positive.low, otherwise.low])
    high = None if positive.high is None or otherwise.high is None else line_above([positive.high, otherwise.high])
    return completed(Growth(low, high))


def softplus_of(g: Growth) -> Growth:
    """log(1 + e^x) is positive, and from max(x, 0) to max(x, 0) + log 2."""
    top = larger(g, constant(arb(0)))
    high = None if top.high is None else top.high.plus(level(arb(2).log()))
    size_high = g.high if high is None or (g.high is not None and g.high.slope < 0) else None  # log(1 + e^x) <= e^x
    if size_high is None and g.positive and g.size_high is not None:
        size_high = line_above([g.size_high, level(arb(2).log().log())]).plus(level(arb(2).log()))
    return completed(Growth(top.low, high, g.size_low if g.positive else None, size_high, 1))


def log_sum_exp(parts: list[Growth]) -> Growth:
    if len(parts) == 1:
        return parts[0]
    top = largest_of(parts)
    rest = level(arb(len(parts)).log())
    high = _log_sum_above(parts)
    if high is None and top.high is not None:
        high = top.high.plus(rest)
    low = steepest([g.low for g in parts if g.low is not None])
    if not top.positive:
        return completed(Growth(low, high))
    size_high = None
    if top.size_high is not None:  # x + log n <= 2 max(x, log n)
        size_high = line_above([top.size_high, level(rest.level.log())]).plus(level(arb(2).log()))
    return completed(Growth(low, high, top.size_low, size_high, 1))


def _log_sum_above(parts: list[Growth]) -> Line | None:
    """x + log(1 + sum e^(x_i - x)) for a leading x, where the others do not gain on it."""
    lead = steepest([g.low for g in parts if g.low is not None])
    first = next((g for g in parts if g.low is lead), None)
    if lead is None or first is None or first.high is None:
        return None
    more = arb(0)
    for g in parts:
        if g is first:
            continue
        gap = None if g.high is None else g.high.plus(lead.times(arb(-1)))
        if gap is None or not gap.slope <= 0:
            return None
        more += gap.at_start().exp()
    return first.high.plus(level((1 + more).log()))


def at_most_0(g: Growth) -> Growth:
    """A number that is known to be at most 0."""
    if g.high is not None and g.high.slope <= 0 and g.high.at_start() <= 0:
        return g
    return completed(Growth(g.low, level(arb(0))))
