"""Factors of polynomials and of integers, as far as they are found in a short time."""

from __future__ import annotations

from flint import fmpz, fmpz_mpoly

HIGHEST_DEGREE = 200
"""Polynomials of several terms and higher degree are not factored."""

MOST_TERMS = 500
"""Nor are polynomials of more terms."""

LONGEST_INTEGER = 64
"""Integers of more bits than this are split by small primes only, the rest is taken as it is."""


def factored(polynomial: fmpz_mpoly) -> tuple[int, list[tuple[fmpz_mpoly, int]]]:
    """Content and factors with multiplicities: irreducible ones, unless it would take long to look for them."""
    if len(polynomial) > 1 and (len(polynomial) > MOST_TERMS or max(polynomial.degrees()) > HIGHEST_DEGREE):
        return divided_by_content(polynomial)
    try:
        scale, factors = polynomial.factor()
    except OverflowError:  # python-flint puts factors in order by coefficients that have to be small
        scale, rest = polynomial.primitive()
        factors = [(rest, 1)]
    return int(scale), [(f, int(k)) for f, k in factors]


def divided_by_content(polynomial: fmpz_mpoly) -> tuple[int, list[tuple[fmpz_mpoly, int]]]:
    """The same without looking for factors but the one that all terms share."""
    common = polynomial.term_content()
    content, found = factored(common)
    rest = polynomial / common
    return content, found if rest.is_one() else [*found, (rest, 1)]


def prime_factors(value: int) -> list[tuple[int, int]]:
    """The primes of ``value`` with multiplicities; of a very long one, the last may be no prime."""
    if value == 1:
        return []
    number = fmpz(value)
    found = number.factor() if value.bit_length() <= LONGEST_INTEGER else number.factor_smooth(20)
    return [(int(p), int(k)) for p, k in found]
