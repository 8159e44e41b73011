"""Numerals: whole numbers as they are written, long ones as products of powers.

Python writes no integer of more than 4300 digits, and nobody reads one of 1000.  A long number that is a product of
powers of small numbers is written as that, ``3*2**10000``, which is exact; of any other its size is told,
``about 1.234e4817``, which is no formula: a statement with such a number in it is not made.
"""

from __future__ import annotations

from functools import cache

from symcheck.language.exact import LONGEST_NUMBER

_LONG: int = 10**LONGEST_NUMBER
_SMALL = 1000
_MOST_BITS = 2**18
_SHOWN = 10**20
"""What is left of a number beside powers of small ones is written with up to so many digits."""


def is_long(n: int) -> bool:
    """Whether ``n`` has more digits than a formula may have in a number."""
    return n >= _LONG or n <= -_LONG


def can_be_written(n: int) -> bool:
    """Whether ``n`` has an exact numeral that a reader can read."""
    return not is_long(n) or _powers(abs(n)) is not None


def numeral(n: int) -> str:
    """``n`` in the grammar of formulas, or about how large it is if it is long and no product of small powers.

    >>> numeral(-3 * 2**10000), numeral(2**10000 + 1)
    ('-3*2**10000', 'about 1.995e3010')
    """
    if not is_long(n):
        return str(n)
    sign = "-" if n < 0 else ""
    found = _powers(abs(n))
    if found is None:
        return f"about {sign}{_rounded(abs(n))}"
    return sign + "*".join(str(base) if e == 1 else f"{base}**{e}" for base, e in found)


def _powers(n: int) -> tuple[tuple[int, int], ...] | None:
    """n > 0 as a short number times powers of small primes; None if it is no such product, or too long to tell soon."""
    if n.bit_length() > _MOST_BITS:
        return None
    found = []
    for base in _primes():
        n, e = _divided(n, base)
        if e:
            found.append((base, e))
        if n < _SHOWN:
            break
    if n >= _SHOWN:
        return None
    return ((n, 1), *found) if n > 1 else tuple(found)


def _divided(n: int, base: int) -> tuple[int, int]:
    """n without its powers of ``base``, and how many there were, by squaring: the number may be very long."""
    if n % base:
        return n, 0
    rest, e = _divided(n // base, base * base)
    if rest % base == 0:
        return rest // base, 2 * e + 2
    return rest, 2 * e + 1


@cache
def _primes() -> tuple[int, ...]:
    return tuple(n for n in range(2, _SMALL) if all(n % d for d in range(2, int(n**0.5) + 1)))


def _rounded(n: int) -> str:
    """n > 0 with four digits and its power of ten, from its first bits alone."""
    from decimal import Context, Decimal

    # Python refuses to write more than 4300 digits: 128 bits are more than the four digits that are shown.
    shift = max(0, n.bit_length() - 128)
    found = Context(prec=30, Emax=10**15, Emin=-(10**15))
    value = found.multiply(Decimal(n >> shift), found.power(2, shift))
    mantissa, _, exponent = f"{found.plus(value):.3e}".partition("e")
    return f"{mantissa}e{int(exponent)}"
