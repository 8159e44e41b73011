"""Exponents taken apart, so that powers of one base meet: exp(a + b) = exp(a) exp(b).

An exponent is a sum of rational multiples of *units*.  A unit is a product of powers of generators, or
such a product over a polynomial that is no product.  A rational number is a whole number plus digits
over prime powers, 7/10 = 0 + 1/2 + 1/5, so that roots of one base share few generators.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from flint import Ordering, fmpq_mpoly, fmpq_mpoly_ctx, fmpz, fmpz_mpoly

from symcheck.budget import too_large
from symcheck.field.base import AbstractField
from symcheck.field.element import Element, Powers

MOST_ROOTS = 64
"""A rational exponent has at most so many prime factors below its fraction bar, each of which takes a root."""

MOST_FACTORED = 100
"""Numbers with more bits than this are divided by small primes, and not factored."""

SMALL = 10_000
"""Primes up to this one are small."""

Terms = dict[tuple[int, ...], Fraction]
"""A polynomial with rational coefficients, by exponent vectors."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The product of ``powers`` (negative ones too) over ``rest``, a primitive polynomial of several terms or None."""

    powers: Powers
    rest: fmpz_mpoly | None

    @property
    def key(self) -> tuple[Powers, str]:
        """Equal for equal units of one field, and for no others."""
        return self.powers, "" if self.rest is None else str(self.rest)


def units(exponent: Element) -> list[tuple[Fraction, Unit]]:
    """``exponent`` as a sum of rational multiples of different units."""
    exponent.lift()
    # Over the rationals, as exp(a/2 + b/3) is exp(a)**(1/2) exp(b)**(1/3).
    common = exponent.d.term_content()
    rest = exponent.d / common
    scale, shift = int(common.leading_coefficient()), tuple(map(int, common.degrees()))
    whole, left = (_terms(exponent.n), {}) if len(rest) == 1 else divided(exponent.n, rest)
    found = [(c / scale, Unit(_quotient(e, shift), None)) for e, c in whole.items()]
    found += [(c / scale, Unit(_quotient(e, shift), rest)) for e, c in left.items()]
    return found


def unit_value(field: AbstractField, unit: Unit) -> Element:
    """``unit`` as an element."""
    value = field.monomial(unit.powers)
    if unit.rest is None:
        return value
    return value * Element(field, unit.rest, field.one_polynomial).reciprocal()


def _quotient(exponents: tuple[int, ...], shift: tuple[int, ...]) -> Powers:
    return tuple((i, e - s) for i, (e, s) in enumerate(zip(exponents, shift, strict=True)) if e != s)


def divided(n: fmpz_mpoly, d: fmpz_mpoly) -> tuple[Terms, Terms]:
    """Quotient and remainder of n by the leading term of d in the lexicographic order, over the rationals."""
    context = fmpq_mpoly_ctx.get(n.context().names(), Ordering.lex)
    quotient, rest = divmod(context.from_dict(n.to_dict()), context.from_dict(d.to_dict()))
    return _terms(quotient), _terms(rest)


def _terms(polynomial: fmpz_mpoly | fmpq_mpoly) -> Terms:
    return {tuple(map(int, e)): Fraction(int(c.numerator), int(c.denominator)) for e, c in polynomial.to_dict().items()}


def digits(value: Fraction) -> tuple[int, list[tuple[int, int, int]]]:
    """``value`` as w + sum of digit / p**k: the whole part w and the (p, k, digit) with 0 < digit < p.

    Stops with the reason ``budget`` where there would be more than ``MOST_ROOTS`` roots, or the denominator is not
    factored by small primes and primes.

    >>> digits(Fraction(7, 10))
    (0, [(2, 1, 1), (5, 1, 1)])
    """
    whole = value.numerator // value.denominator
    left = value - whole
    found: list[tuple[int, int, int]] = []
    for prime, power in _factors(left.denominator):
        p, modulus = int(prime), int(prime) ** int(power)
        other = left.denominator // modulus
        # Partial fractions: left = sum of share/p**power, up to a whole number that ends up in ``value``.
        share = left.numerator * pow(other, -1, modulus) % modulus
        found += list(_expanded(share, p, int(power)))
        whole_less = Fraction(share, modulus)
        value -= whole_less
    return int(value) if found else whole, found


def _factors(n: int) -> list[tuple[fmpz, int]]:
    """The prime factors of ``n`` with their powers."""
    number = fmpz(n)
    found = number.factor() if n.bit_length() <= MOST_FACTORED else number.factor(trial_limit=SMALL)
    if any(p.bit_length() > MOST_FACTORED and not p.is_probable_prime() for p, _ in found):
        raise too_large(f"the prime factors of a number of {n.bit_length()} bits are needed", MOST_FACTORED)
    roots = sum(int(power) for _, power in found)
    if roots > MOST_ROOTS:
        raise too_large(f"a power would need {roots} roots of roots", MOST_ROOTS)
    return [(p, int(power)) for p, power in found]


def _expanded(share: int, p: int, power: int) -> Iterator[tuple[int, int, int]]:
    """The digits of share/p**power, the deepest root last."""
    places = []
    for k in range(power, 0, -1):
        share, digit = divmod(share, p)
        if digit:
            places.append((p, k, digit))
    yield from reversed(places)
