"""Numbers of the truth: fractions, exact, and balls of 100 digits with a radius that is kept.

A ball that contains 0 and is narrower than ``NARROW`` is taken for 0: the numbers that formulas are made of have at
most 50 digits, so that a sum which cancels to so many places does so because it vanishes.  A wider one that contains
0 has no sign, and there is no opinion.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import mpmath

CONTEXT = mpmath.mp.clone()
CONTEXT.dps = 100
PRECISION = CONTEXT.prec

NARROW = -170.0
"""log2 of the widest radius at which a ball that contains 0 is 0; relative to what it was computed from, about."""

SPARE = 40
"""Of a number beside a larger one at least so many bits have to be left."""

MOST_BITS = 3000
"""Fractions with more bits than this become balls."""

EXACT = -math.inf
"""log2 of the radius of an exact ball."""


class NoOpinion(Exception):
    """The truth was not found: a ball is too wide, or an operator has no expansion here."""


class Undefined(Exception):
    """There is no value: log of a number that is not positive, a root of a negative number, a division by 0."""


@dataclass(frozen=True, slots=True)
class Ball:
    """The numbers within 2**``radius`` of ``mid``; ``lossy`` if a number was lost beside a larger one on the way."""

    mid: Any
    radius: float
    lossy: bool = False


Number = Fraction | Ball
ZERO, ONE = Fraction(0), Fraction(1)


def ball(x: Number) -> Ball:
    """``x`` as a ball."""
    if isinstance(x, Ball):
        return x
    mid = CONTEXT.mpf(x.numerator) / x.denominator
    return Ball(mid, _rounding(mid))


def sign(x: Number) -> int:
    """-1, 0 or 1; raises ``NoOpinion`` for a ball that contains 0 and is too wide."""
    if isinstance(x, Fraction):
        return (x > 0) - (x < 0)
    if _magnitude(x.mid) - 1 > x.radius:
        return 1 if x.mid > 0 else -1
    if x.radius > NARROW or x.lossy:
        raise NoOpinion("a ball that contains 0 is too wide, or a number was lost beside a larger one")
    return 0


def is_zero(x: Number) -> bool:
    """Whether it is 0."""
    return sign(x) == 0


def same(a: Number, b: Number) -> bool:
    """Whether they are equal."""
    return is_zero(subtract(a, b))


def is_whole(x: Number) -> bool:
    """Whether it is known to be a whole number."""
    return isinstance(x, Fraction) and x.denominator == 1


def add(a: Number, b: Number) -> Number:
    """a + b."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return _tidy(a + b)
    a, b = ball(a), ball(b)
    large, small = (a, b) if _magnitude(a.mid) > _magnitude(b.mid) else (b, a)
    far = _magnitude(large.mid) - _magnitude(small.mid) > PRECISION - SPARE
    lossy = a.lossy or b.lossy or (far and _magnitude(small.mid) - 1 > small.radius)
    mid = a.mid + b.mid
    return Ball(mid, _joined(a.radius, b.radius, _rounding(mid)), lossy)


def negative(a: Number) -> Number:
    """-a."""
    return -a if isinstance(a, Fraction) else Ball(-a.mid, a.radius, a.lossy)


def subtract(a: Number, b: Number) -> Number:
    """a - b."""
    return add(a, negative(b))


def multiply(a: Number, b: Number) -> Number:
    """ab."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return _tidy(a * b)
    if a == 0 or b == 0:
        return ZERO
    a, b = ball(a), ball(b)
    mid = a.mid * b.mid
    errors = _magnitude(a.mid) + b.radius, _magnitude(b.mid) + a.radius, a.radius + b.radius
    return Ball(mid, _joined(*errors, _rounding(mid)), a.lossy or b.lossy)


def divide(a: Number, b: Number) -> Number:
    """a/b; raises ``Undefined`` for b = 0."""
    if is_zero(b):
        raise Undefined("a division by 0")
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return _tidy(a / b)
    a, b = ball(a), _apart(ball(b))
    mid = a.mid / b.mid
    below = 2 - _magnitude(b.mid)
    return Ball(mid, _joined(a.radius + below, _magnitude(mid) + b.radius + below, _rounding(mid)), a.lossy or b.lossy)


def exp(a: Number) -> Number:
    """e^a."""
    if a == 0:
        return ONE
    a = ball(a)
    if a.radius > -2 or a.mid > 10**6:
        raise NoOpinion("the exponential of too large or too wide a number")
    mid = CONTEXT.exp(a.mid)
    return Ball(mid, _joined(_magnitude(mid) + a.radius + 1, _rounding(mid)), a.lossy)


def log(a: Number) -> Number:
    """The natural logarithm; raises ``Undefined`` unless a > 0."""
    if sign(a) <= 0:
        raise Undefined("the logarithm of a number that is not positive")
    if a == 1:
        return ZERO
    a = _apart(ball(a))
    mid = CONTEXT.log(a.mid)
    return Ball(mid, _joined(a.radius + 2 - _magnitude(a.mid), _rounding(mid), float(-PRECISION)), a.lossy)


def power(a: Number, b: Number) -> Number:
    """a^b; 0^0 = 1 and 0^b = 0 for b > 0; raises ``Undefined`` where it has no real value."""
    if isinstance(b, Fraction) and b.denominator == 1:
        return _whole_power(a, int(b))
    s = sign(a)
    if s == 0:
        if sign(b) > 0:
            return ZERO
        if sign(b) == 0:
            return ONE
        raise Undefined("0 to a negative power")
    if s < 0:
        raise Undefined("a negative number to a power that is no whole number")
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        root = _root(a, b.denominator)
        if root is not None:
            return _whole_power(root, b.numerator)
    return exp(multiply(b, log(a)))


def _whole_power(a: Number, n: int) -> Number:
    if n == 0:
        return ONE
    if is_zero(a):
        if n < 0:
            raise Undefined("0 to a negative power")
        return ZERO
    if isinstance(a, Fraction):
        bits = max(a.numerator.bit_length(), a.denominator.bit_length())
        if bits * abs(n) <= MOST_BITS:
            return Fraction(a**n)
        a = ball(a)
    a = _apart(a)
    relative = a.radius - _magnitude(a.mid) + 1 + math.log2(abs(n))
    if relative > -2:
        raise NoOpinion("a power of too wide a number")
    mid = a.mid**n
    return Ball(mid, _joined(_magnitude(mid) + relative + 1, _rounding(mid)), a.lossy)


def arccos(a: Number) -> Number:
    """The arc cosine; raises ``Undefined`` outside [-1, 1]."""
    if a == 1:
        return ZERO
    if a == -1:
        return _pi()
    gap = subtract(ONE, multiply(a, a))
    if sign(gap) < 0:
        raise Undefined("the arc cosine of a number outside [-1, 1]")
    if sign(gap) == 0:
        raise NoOpinion("the arc cosine of a number that is -1 or 1 to so many digits")
    a = ball(a)
    mid = CONTEXT.acos(a.mid)
    error = a.radius + 2 - _magnitude(ball(gap).mid)
    return Ball(mid, _joined(error, _rounding(mid), float(-PRECISION)), a.lossy)


def decimal(x: Number, digits: int = 15) -> str:
    """``x`` as a reader is shown it."""
    if isinstance(x, Fraction) and max(abs(x.numerator), x.denominator) < 10**12:
        return str(x)
    return str(CONTEXT.nstr(ball(x).mid, digits))


@cache
def _pi() -> Ball:
    return Ball(+CONTEXT.pi, float(2 - PRECISION))


@cache
def _root(a: Fraction, degree: int) -> Fraction | None:
    """The root of this degree of a positive fraction, if it is a fraction."""
    if degree > 12 or max(a.numerator, a.denominator).bit_length() > MOST_BITS:
        return None
    parts = []
    for n in (a.numerator, a.denominator):
        near = int(CONTEXT.nint(CONTEXT.root(n, degree))) if n.bit_length() < 300 else _integer_root(n, degree)
        if near**degree != n:
            return None
        parts.append(near)
    return Fraction(*parts)


def _integer_root(n: int, degree: int) -> int:
    low, high = 0, 1 << (n.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**degree <= n else (low, middle - 1)
    return low


def _tidy(x: Fraction) -> Number:
    return x if max(x.numerator.bit_length(), x.denominator.bit_length()) <= MOST_BITS else ball(x)


def _apart(x: Ball) -> Ball:
    """``x``, if it is farther from 0 than twice its radius."""
    if _magnitude(x.mid) - 2 < x.radius:
        raise NoOpinion("a ball close to 0 is too wide")
    return x


def _magnitude(mid: Any) -> float:
    """The least whole m with |mid| < 2**m."""
    _, mantissa, exponent, bits = mid._mpf_
    return float(exponent + bits) if mantissa else EXACT


def _rounding(mid: Any) -> float:
    return _magnitude(mid) - float(PRECISION)


def _joined(*radii: float) -> float:
    """log2 of the sum of the 2**radius."""
    high = max(radii)
    if high == EXACT:
        return EXACT
    total: float = sum(math.pow(2.0, max(r - high, -80.0)) for r in radii)
    return high + float(math.log2(total))
