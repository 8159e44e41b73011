"""Intervals of rational numbers, rounded outwards, with exponentials, logarithms and powers.

Only the standard library is used, as by everything that the small checker consists of.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from symcheck.proof.witnesses import exact
from symcheck.proof.check import need

WIDTH, SHORT, LONGEST, LARGEST = 128, 256, 8_192, 2_048
"""Binary digits of rounded, of short and of the longest numbers, and the largest exponent."""


def outward(x: Fraction, side: int) -> Fraction:
    """``x`` if it is short, else a binary number of ``WIDTH`` digits below (side -1) or above it (side 1)."""
    if exact.size(x) <= SHORT:
        return x
    need(exact.size(x) <= LONGEST, "point", "a number is too large or too near 0 to be followed")
    scale = Fraction(2) ** (WIDTH - x.numerator.bit_length() + x.denominator.bit_length())
    return (math.floor if side < 0 else math.ceil)(x * scale) / scale


class Interval:
    """The real numbers from ``low`` to ``high``; what is made of them lies in what is made of the intervals.

    Where it stands for one number that is known exactly, it has that too, so that a number which is 0 is seen to be 0.
    """

    __slots__ = ("_number", "high", "low")

    def __init__(self, low: Fraction, high: Fraction | None = None, number: exact.Exact | None = None) -> None:
        self.low, self.high = outward(low, -1), outward(low if high is None else high, 1)
        if number is not None and number.keys() <= {exact.UNIT}:
            self.low = self.high = number.get(exact.UNIT, Fraction(0))
        self._number = number

    def __add__(self, other: Interval) -> Interval:
        if self.sign == 0 or other.sign == 0:
            return other if self.sign == 0 else self
        if self.is_rational and other.is_rational:
            return Interval(self.low + other.low)
        return Interval(self.low + other.low, self.high + other.high, exact.plus(self.number, other.number))

    def __mul__(self, other: Interval) -> Interval:
        if self.is_rational and other.is_rational:
            return Interval(self.low * other.low)
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends), exact.times(self.number, other.number))

    @property
    def number(self) -> exact.Exact | None:
        """The one number that it is, if it is known exactly."""
        return exact.number(self.low) if self.is_rational else self._number

    @property
    def is_rational(self) -> bool:
        """Whether it is one rational number."""
        return self.low == self.high

    @property
    def sign(self) -> int | None:
        """1 or -1 if all its numbers have this sign, 0 if it is 0, None if that is open."""
        if self.low > 0 or self.high < 0:
            return 1 if self.low > 0 else -1
        return 0 if self.low == self.high else None

    def exp(self) -> Interval:
        return self._increasing(exp_ends, exact.exp(self.number))

    def log(self) -> Interval:
        return self._increasing(log_ends, exact.log(self.number))

    def _increasing(
        self, ends: Callable[[Fraction], tuple[Fraction, Fraction]], number: exact.Exact | None
    ) -> Interval:
        low, high = ends(self.low)
        return Interval(low, high if self.low == self.high else ends(self.high)[1], number)

    def power(self, b: Fraction) -> Interval:
        """x^b for numbers x of one sign, which is positive unless b is -1."""
        if self.is_rational and b == -1:
            return Interval(1 / self.low)
        found = Interval(1 / self.high, 1 / self.low) if b == -1 else (self.log() * Interval(b)).exp()
        return Interval(found.low, found.high, exact.power(self.number, b))


ZERO = Interval(Fraction(0))


def exp_ends(q: Fraction) -> tuple[Fraction, Fraction]:
    """Two numbers around e^q = (e^(q/2^n))^(2^n), by the series with q/2^n < 1/2.

    With w binary digits every term is taken less than 2/2^w too small, and all that are left out add less than 4/2^w.
    """
    if q < 0:
        low, high = exp_ends(-q)
        return 1 / high, 1 / low
    need(q <= LARGEST, "point", "an exponential is too large or too near 0 to be followed")
    n = int(q).bit_length() + 1
    w = WIDTH + 2 * n + 16
    r, term, total, k = int(q * 2 ** (w - n)), 1 << w, 0, 0
    while term:
        total, k = total + term, k + 1
        term = term * r // (k << w)
    low, high = Fraction(total, 1 << w), Fraction(total + 2 * k + 4, 1 << w)
    for _ in range(n):
        low, high = outward(low * low, -1), outward(high * high, 1)
    return low, high


def log_ends(q: Fraction) -> tuple[Fraction, Fraction]:
    """Two numbers around log q = n log 2 + log m with 1 <= m < 2, where log m = 2 artanh((m - 1)/(m + 1))."""
    if q < 1:
        low, high = log_ends(1 / q)
        return -high, -low
    n = q.numerator.bit_length() - q.denominator.bit_length()
    n -= q < 2**n
    m = q / 2**n
    (a, b), (c, d) = artanh_ends((m - 1) / (m + 1)), artanh_ends(Fraction(1, 3))
    return 2 * (a + n * c), 2 * (b + n * d)


def artanh_ends(x: Fraction) -> tuple[Fraction, Fraction]:
    """Two numbers around sum_k x^(2 k + 1)/(2 k + 1) for 0 <= x <= 1/3.

    With w binary digits every term is taken less than 3/2^w too small, and all that are left out add less than 3/2^w.
    """
    w = WIDTH + 16
    power, square, total, k = int(x * 2**w), int(x * x * 2**w), 0, 0
    while power:
        total, power, k = total + power // (2 * k + 1), power * square >> w, k + 1
    return Fraction(total, 1 << w), Fraction(total + 3 * k + 3, 1 << w)
