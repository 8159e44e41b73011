"""Exact numbers: one rule, everywhere, for what a number in a formula means.

Integers, fractions and SymPy rationals are themselves.  A float with at most six significant digits
is read as that decimal (``0.1`` is 1/10); a longer one was computed, its exact meaning is unknown,
and it is refused.  Text (command line, JSON) is read as an integer, a fraction or a decimal.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from numbers import Rational

from symcheck.errors import NumberError, shown

SIGNIFICANT_DIGITS = 6
"""A float literal with at most this many significant digits is read as the decimal that was written."""

LONGEST_NUMBER = 1000
"""The text of a number has at most this many characters; Python shows no integer of more than 4300 digits."""

_MOST: int = 10 ** (2 * LONGEST_NUMBER)
"""No number is taken that is longer above or below its fraction bar: a short decimal has up to 1000 + 6 digits."""

Number = int | float | Rational
"""What a formula accepts as a number (SymPy rationals are registered as ``numbers.Rational``)."""

# Exponents of up to three digits: 1e999999999 would be written in ten characters and fill the memory.
_TEXT = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?(/\d+)?")
_FINITE = ("inf", "-inf", "nan")


def exact(value: object, name: str = "number") -> Fraction:
    """The rational number that ``value`` stands for.

    Parameters: ``value`` is an int, a ``numbers.Rational`` or a short decimal float; ``name`` is the
    argument's name in the error.  Raises ``NumberError`` for anything else.

    >>> exact(0.1)
    Fraction(1, 10)
    """
    # To Python True is the number 1; in a formula it is a slip.
    if isinstance(value, bool):
        raise NumberError(f"{name}: got the truth value {value}; write a number such as 1 or Fraction(1, 2)")
    if isinstance(value, Rational):
        number = Fraction(int(value.numerator), int(value.denominator))
        if max(abs(number.numerator), number.denominator) >= _MOST:
            raise NumberError(f"{name}: got a number of more than {2 * LONGEST_NUMBER} digits; write a smaller one")
        return number
    if isinstance(value, float):
        return _of_float(value, name)
    raise NumberError(
        f"{name}: got {shown(value)} ({type(value).__name__}); write an int, a Fraction, a SymPy Rational "
        f"or a decimal of at most {SIGNIFICANT_DIGITS} digits"
    )


def exact_text(text: str, name: str = "number") -> Fraction:
    """The rational number written in ``text`` as an integer, a fraction or a decimal.

    >>> exact_text("7/10") == exact_text("0.7")
    True
    """
    word = text.strip()
    if len(word) > LONGEST_NUMBER:
        raise NumberError(f"{name}: got a number of {len(word)} characters; write at most {LONGEST_NUMBER}")
    if not _TEXT.fullmatch(word) or ("/" in word and any(c in word.split("/")[0] for c in ".eE")):
        raise NumberError(
            f"{name}: got {shown(text, 80)}; write an integer, a fraction or a decimal, such as 2, 7/10 or 0.7"
        )
    numerator, _, denominator = word.partition("/")
    if denominator and int(denominator) == 0:
        raise NumberError(f"{name}: got {shown(text, 80)}, a fraction whose denominator is 0")
    return Fraction(numerator) / (int(denominator) if denominator else 1)


def exact_or_text(value: object, name: str = "number") -> Fraction:
    """The rational number that ``value`` is, or that it writes if it is a text."""
    return exact_text(value, name) if isinstance(value, str) else exact(value, name)


def _of_float(value: float, name: str) -> Fraction:
    # Not repr: that of NumPy's float64, which is a float, is "np.float64(0.1)".
    written = float.__repr__(value)
    if written in _FINITE:
        raise NumberError(f"{name}: got {written}; write a finite number")
    decimal = Decimal(written)
    digits = len(decimal.normalize().as_tuple().digits)
    if digits > SIGNIFICANT_DIGITS:
        near = Fraction(value).limit_denominator(1000)
        raise NumberError(
            f"{name}: the float {written} has {digits} significant digits, so it is the rounded result of a "
            f"computation and not a number that somebody wrote; write the exact value, "
            f"such as Fraction({near.numerator}, {near.denominator}) if that is what is meant"
        )
    return Fraction(decimal)
