"""Rates and shares as people have them, numbers from 0 to 1 of any library, as exact fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import isfinite
from numbers import Rational
from operator import index

from numerics.errors import NoiseError
from symcheck.class_conditional.given_rows import BITS, recognised
from symcheck.errors import shortened, shown
from symcheck.language.exact import exact_text

LONGEST = 20
"""A count has at most so many digits."""
A_SHARE = "a number from 0 to 1, such as 0.4 or '2/5'"
"""What is accepted as a rate."""
MOST_EXACT = 10_000
"""A fraction with a larger denominator is shown as a decimal."""


def share_of(value: object, name: str) -> Fraction:
    """The number from 0 to 1 that ``value`` stands for, exactly where it can be told.

    Accepted: ints, fractions, decimals, texts such as "0.4" and "2/5", and floats of Python, NumPy and torch.  A float
    is the simple number that it was rounded from; where there is none near, the decimal that Python writes for it.
    Raises ``NoiseError`` for what is no number, or not in [0, 1].

    >>> share_of(0.4, "flip"), share_of("2/5", "flip"), share_of(1 - 0.9, "flip")
    (Fraction(2, 5), Fraction(2, 5), Fraction(1, 10))
    """
    number = number_of(value, name)
    if 1 < number <= 100:
        raise NoiseError(
            f"{name}: got {value}; accepted is a number from 0 to 1; if that is in percent, write {plain(number / 100)}"
        )
    if not 0 <= number <= 1:
        raise NoiseError(f"{name}: got {value}; accepted is {A_SHARE}")
    return number


def number_of(value: object, name: str, accepted: str = A_SHARE) -> Fraction:
    """As ``share_of``, for numbers of any size; ``accepted``: what an error says is."""
    bits = 53
    # A number of NumPy, or a tensor of one number; NumPy's float64 is a float of Python.
    if not isinstance(value, int | float) and hasattr(value, "item") and hasattr(value, "dtype"):
        bits = BITS.get(str(value.dtype).removeprefix("torch."), bits)
        try:
            value = value.item()
        except (TypeError, ValueError, RuntimeError):
            value = shown(value)
            raise NoiseError(f"{name}: got {value}; accepted is one number from 0 to 1") from None
    if isinstance(value, bool):
        raise NoiseError(f"{name}: got the truth value {value}; accepted is {accepted}")
    if isinstance(value, str):
        word = value.strip()
        if word.endswith("%"):
            part = exact_text(word.removesuffix("%"), name) / 100
            raise NoiseError(f"{name}: got {shown(value, 80)}; accepted is a number from 0 to 1: write {plain(part)}")
        return exact_text(value, name)
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, Decimal) and value.is_finite():
        return Fraction(value)
    if isinstance(value, float) and isfinite(value):
        found = recognised(value, bits)
        return Fraction(float.__repr__(value)) if found is None else found
    raise NoiseError(f"{name}: got {shown(value)}; accepted is {accepted}")


def class_count(value: object) -> int:
    """``value`` as a number of classes; raises ``NoiseError`` unless it is a whole number from 2 on."""
    try:
        count = None if isinstance(value, bool) else index(value)  # type: ignore[arg-type]
    except TypeError:
        count = None
    if count is None or count < 2:
        raise NoiseError(f"classes: got {shown(value)}; accepted is a whole number of at least 2 classes")
    return count


def count_in(text: str, name: str) -> int:
    """The whole number that ``text`` writes; raises ``NoiseError``.

    >>> count_in("1000", "--n")
    1000
    """
    word = text.strip()
    if not word.isascii() or not word.isdigit() or len(word) > LONGEST:
        raise NoiseError(f"{name}: got {shortened(text, 60)!r}; accepted is a whole number, such as 10")
    return int(word)


def plain(number: Fraction) -> str:
    """``number`` as a reader writes it: a fraction, or a decimal of six digits if the fraction would be long.

    >>> plain(Fraction(2, 7)), plain(Fraction(123457, 10**6)), plain(Fraction(20000, 60001))
    ('2/7', '0.123457', 'about 0.333328')
    """
    if number.denominator <= MOST_EXACT:
        return str(number)
    decimal = f"{float(number):.6g}"
    return decimal if Fraction(decimal) == number else f"about {decimal}"


def typed(number: Fraction) -> str:
    """``number`` as it is typed, exactly: a fraction, or a decimal if the fraction would be long and it is one."""
    decimal = repr(float(number))
    return decimal if number.denominator > MOST_EXACT and Fraction(decimal) == number else str(number)


def percent(number: Fraction) -> str:
    """``number`` in percent, to four digits."""
    return f"{float(100 * number):.4g}%"
