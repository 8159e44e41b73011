"""Arithmetic with numbers that grow: what bounds of two numbers say of their sum, product, power, and so on.

Each rule gives bounds that hold whenever those of its arguments do.  Two numbers that move together are not known to:
x - x has the bounds of two numbers apart.
"""

from __future__ import annotations

from typing import Final

from flint import arb

from symcheck.readings.explicit.growth import (
    START,
    Bound,
    Growth,
    Line,
    completed,
    constant,
    is_at_least_0,
    is_at_most_0,
    is_zero,
    level,
    line_above,
    line_below,
    negative,
    number_in,
    plus,
    size_high_of,
    steepest,
    times,
)

HIGHEST_MULTIPLIED: Final = 8
"""A whole power up to this one is a product."""


def total_of(parts: list[Growth]) -> Growth:
    """The sum of ``parts``: bounds add up, and log|sum| <= max log|part| + log n."""
    parts = [g for g in parts if not is_zero(g)]
    numbers = [n for n in map(number_in, parts) if n is not None]
    if len(numbers) == len(parts):
        return constant(sum(numbers, arb(0)))
    low: Bound = level(arb(0))
    high: Bound = level(arb(0))
    for g in parts:
        low, high = plus(low, g.low), plus(high, g.high)
    size_high = plus(line_above([*map(size_high_of, parts)]), level(arb(len(parts)).log()))
    # The sign comes from the parts that outweigh the others, or from all of them being at least 0 and one above it.
    size_low = _outweighing(parts)
    if size_low is not None or (all(map(is_at_least_0, parts)) and any(g.positive for g in parts)):
        return completed(Growth(low, high, size_low, size_high, 1))
    others = [negative(g) for g in parts]
    size_low = _outweighing(others)
    if size_low is not None or (all(map(is_at_least_0, others)) and any(g.positive for g in others)):
        return completed(Growth(low, high, size_low, size_high, -1))
    return completed(Growth(low, high, None, size_high))


def _outweighing(parts: list[Growth]) -> Bound:
    """A bound from below on the logarithm of the sum, where positive parts are larger than all others together.

    With sizes of at least e^(p t + c) against others of at most e^(q t + d), q <= p, the sum is at least
    e^(p t) (sum e^c - sum e^(d + (q - p) START)).
    """
    lead = steepest(g.size_low for g in parts if g.positive)
    if lead is None:
        return None
    p = lead.slope
    excess = arb(0)
    for g in parts:
        if g.positive and g.size_low is not None and (g.size_low is lead or g.size_low.slope == p):
            excess += g.size_low.level.exp()
        elif not is_at_least_0(g):
            if g.size_high is None or not g.size_high.slope <= p:
                return None
            excess -= (g.size_high.level + (g.size_high.slope - p) * START).exp()
    return Line(p, excess.log()) if excess > 0 else None


def product_of(a: Growth, b: Growth) -> Growth:
    """a b: sizes add up, and where both are at least 0 a low of one times the low of the other at START bounds it."""
    for x, y in ((a, b), (b, a)):
        factor = number_in(x)
        if factor is not None:
            return scaled(y, factor)
    # The first test keeps 0 itself, which is both, from being turned for ever.
    if not is_at_least_0(a) and is_at_most_0(a):
        return negative(product_of(negative(a), b))
    if not is_at_least_0(b) and is_at_most_0(b):
        return negative(product_of(a, negative(b)))
    # Of factors whose signs are not known the product of the sizes is all that is.
    size_high = plus(a.size_high, b.size_high)
    if not is_at_least_0(a) or not is_at_least_0(b):
        return completed(Growth(size_high=size_high))
    # The product of two lines is no line: one factor is taken at START, where a line that does not fall is least.
    lows = [level(arb(0))]
    for x, y in ((a, b), (b, a)):
        if x.low is not None and y.low is not None and x.low.is_nonnegative and y.low.is_nonnegative:
            lows.append(y.low.times(x.low.at_start()))
    high = None
    for x, y in ((a, b), (b, a)):
        if x.high is not None and y.high is not None and x.high.slope <= 0 and y.high.is_nonnegative:
            high = y.high.times(x.high.at_start())
    sizes = plus(a.size_low, b.size_low), size_high
    return completed(Growth(steepest(lows), high, *sizes, int(a.positive and b.positive)))


def scaled(g: Growth, factor: arb) -> Growth:
    """``factor`` times the number, for a factor that is a ball; nothing is known where its sign is not."""
    number = number_in(g)
    if factor.is_zero() or number is not None:
        return constant(arb(0) if number is None else number * factor)
    if factor < 0:
        return negative(scaled(g, -factor))
    if not factor > 0:
        return Growth()
    shift = level(factor.log())
    sizes = plus(g.size_low, shift), plus(g.size_high, shift)
    return completed(Growth(times(g.low, factor), times(g.high, factor), *sizes, g.sign))


def inverse(g: Growth) -> Growth:
    """1/v by the bounds on the size; nothing is known where v may be 0."""
    number = number_in(g)
    if number is not None:
        return Growth() if number.contains(0) else constant(1 / number)
    # v may pass 0, and 1/v has no bound there.
    if g.sign == 0:
        return Growth()
    return completed(Growth(None, None, times(g.size_high, arb(-1)), times(g.size_low, arb(-1)), g.sign))


def power_of(a: Growth, b: Growth) -> Growth:
    """a^b for a number b: a product for small whole b, else by b log a for a > 0; |a|^b for even b."""
    exponent = number_in(b)
    if exponent is None:
        return Growth()
    whole = exponent.unique_fmpz() if exponent.is_exact() else None
    if whole is not None and whole == 0:
        return constant(arb(1))
    if whole is not None and whole > 0 and int(whole) % 2 == 0 and not is_at_least_0(a):
        return power_of(absolute(a), b)
    # A product takes numbers of any sign, and e^(b log a) needs a > 0.
    if whole is not None and 0 < whole <= HIGHEST_MULTIPLIED:
        value = a
        for _ in range(int(whole) - 1):
            value = product_of(value, a)
        return value
    if exponent < 0:
        return inverse(power_of(a, constant(-exponent)))
    # An even power was taken of |a| above, so that this one is odd.
    if whole is not None and a.sign < 0:
        return negative(power_of(negative(a), b))
    if not a.positive:
        return _power_from_0(a, exponent)
    low = None
    if exponent >= 1 and a.low is not None and a.low.is_positive:  # x**e >= x b**(e - 1) for x >= b > 0
        low = a.low.times(a.low.at_start() ** (exponent - 1))
    return completed(Growth(low, None, times(a.size_low, exponent), times(a.size_high, exponent), 1))


def _power_from_0(a: Growth, exponent: arb) -> Growth:
    """a^b for what may be 0: from 0 up to the power of the greatest value."""
    if not is_at_least_0(a):
        return Growth()
    if not exponent > 0:
        return Growth(level(arb(0)))
    if is_zero(a):
        return a
    greatest = a.high.at_start() if a.high is not None and a.high.slope <= 0 else arb(0)
    return Growth(level(arb(0)), level(greatest**exponent) if greatest > 0 else None)


def absolute(a: Growth) -> Growth:
    """|a| = max(a, -a)."""
    top = larger(a, negative(a))
    return top if is_at_least_0(top) else completed(Growth(level(arb(0)), top.high, None, a.size_high))


def larger(a: Growth, b: Growth) -> Growth:
    """max(a, b): at least any bound from below of either, at most a line above both of theirs."""
    # max(a, b) = -min(-a, -b), by the sizes: the larger one is the one nearer to 0.
    if a.sign < 0 and b.sign < 0:
        return negative(_smaller(negative(a), negative(b)))
    lows = [x.low for x in (a, b) if x.low is not None]
    high = line_above([a.high, b.high])
    nonnegative = [x for x in lows if x.is_nonnegative]
    size_low = steepest(x.size_low for x in (a, b) if x.positive)
    # A negative number does not count: it is the larger one only if it is nearer to 0 than the other.
    size_high = line_above([size_high_of(x) for x in (a, b) if x.sign >= 0])
    return completed(Growth(steepest(nonnegative or lows), high, size_low, size_high, int(a.positive or b.positive)))


def _smaller(a: Growth, b: Growth) -> Growth:
    """The smaller of two positive numbers."""
    low, size_low = line_below([a.low, b.low]), line_below([a.size_low, b.size_low])
    return completed(Growth(low, a.high or b.high, size_low, a.size_high or b.size_high, 1))


def largest_of(parts: list[Growth]) -> Growth:
    """The largest of several numbers, two by two."""
    found = parts[0]
    for g in parts[1:]:
        found = larger(found, g)
    return found


def chosen(u: Growth, positive: Growth, otherwise: Growth) -> Growth:
    """branch(u, positive, otherwise): the side that is taken, or bounds of both where the sign of u is open."""
    if u.positive:
        return positive
    if is_at_most_0(u):
        return otherwise
    return completed(Growth(line_below([positive.low, otherwise.low]), line_above([positive.high, otherwise.high])))


def softplus_of(g: Growth) -> Growth:
    """log(1 + e^x) is positive, and from max(x, 0) to max(x, 0) + log 2."""
    top = larger(g, constant(arb(0)))
    high = plus(top.high, level(arb(2).log()))
    size_high = g.high if high is None or (g.high is not None and g.high.slope < 0) else None  # log(1 + e^x) <= e^x
    if size_high is None and g.positive and g.size_high is not None:
        size_high = plus(line_above([g.size_high, level(arb(2).log().log())]), level(arb(2).log()))
    return completed(Growth(top.low, high, g.size_low if g.positive else None, size_high, 1))


def log_sum_exp(parts: list[Growth]) -> Growth:
    """log sum e^x: from the largest x to the largest x + log n, and sharper above where one x leads."""
    if len(parts) == 1:
        return parts[0]
    top = largest_of(parts)
    rest = level(arb(len(parts)).log())
    high = _log_sum_above(parts) or plus(top.high, rest)
    low = steepest(g.low for g in parts)
    if not top.positive:
        return completed(Growth(low, high))
    # x + log n <= 2 max(x, log n)
    size_high = plus(line_above([top.size_high, level(rest.level.log())]), level(arb(2).log()))
    return completed(Growth(low, high, top.size_low, size_high, 1))


def _log_sum_above(parts: list[Growth]) -> Bound:
    """x + log(1 + sum e^(x_i - x)) for a leading x, where the others do not gain on it."""
    # x + log n for the largest x is far too much where the others fall behind: their share e^(x_i - x) tends to 0.
    lead = steepest(g.low for g in parts)
    first = next((g for g in parts if g.low is lead), None)
    if lead is None or first is None or first.high is None:
        return None
    more = arb(0)
    for g in parts:
        if g is first:
            continue
        gap = plus(g.high, lead.times(arb(-1)))
        # One that gains on the leading x overtakes it sooner or later.
        if gap is None or not gap.slope <= 0:
            return None
        more += gap.at_start().exp()
    return plus(first.high, level((1 + more).log()))
