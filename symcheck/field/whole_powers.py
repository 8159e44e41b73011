"""Whole powers of numbers, looked at before they are made: 2**(10**9) has 10**9 bits."""

from __future__ import annotations

from fractions import Fraction

from symcheck.budget import look


def whole_power(x: Fraction, n: int) -> Fraction:
    """x**n; raises ``Undecided`` with the reason ``budget`` if it would have too many bits.

    >>> whole_power(Fraction(2, 3), -2)
    Fraction(9, 4)
    """
    if abs(x.numerator) != 1 or x.denominator != 1:
        look(bits=abs(n) * (max(x.numerator.bit_length(), x.denominator.bit_length()) - 1))
    return x**n
