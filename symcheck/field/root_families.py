"""Families: a generator and its roots, written as powers of one common root.

Where E**(1/2) is there, 15 A**2 + 32 A E**(1/2) + 16 E is (3 A + 4 E**(1/2)) (5 A + 4 E**(1/2)): it is irreducible
as a polynomial in A, E and E**(1/2), and has factors as one in A and the root.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from flint import fmpz_mpoly

from symcheck.field.base import AbstractField
from symcheck.field.element import Element, Factors, places_in
from symcheck.field.exponent import digits
from symcheck.field.factor import divided_by_content, factored
from symcheck.field.generator import Generator

HIGHEST_ORDER = 60
"""Polynomials in common roots of a higher order are divided by what their terms share, and not factored."""


@dataclass(frozen=True, slots=True)
class RootFamily:
    """The generator at ``base`` and its ``roots``, places by order; ``order`` of the common root."""

    base: int
    roots: dict[int, int]
    order: int

    def in_root(self, polynomial: fmpz_mpoly) -> fmpz_mpoly:
        """The polynomial with the common root in the place of the base, and no other roots of it."""
        shares = {place: self.order // order for order, place in self.roots.items()}
        terms: dict[tuple[int, ...], int] = {}
        for exponents, c in polynomial.to_dict().items():
            powers = [int(e) for e in exponents]
            powers[self.base] = powers[self.base] * self.order + sum(powers[p] * k for p, k in shares.items())
            for p in shares:
                powers[p] = 0
            terms[tuple(powers)] = int(c)
        return polynomial.context().from_dict(terms)

    def power(self, exponent: int) -> list[tuple[int, int]]:
        """The common root to ``exponent`` as powers of the base and its roots."""
        whole, places = digits(Fraction(exponent, self.order))
        return [(self.base, whole)] * (whole != 0) + [(self.roots[p**k], digit) for p, k, digit in places]


def families(field: AbstractField, c: Element) -> list[RootFamily]:
    """The families of which roots occur in the numerator of ``c``."""
    found: dict[int, dict[int, int]] = {}
    orders: dict[int, int] = {}
    for place in places_in(c.n):
        g, line = field.generators[place], []
        while g.root:
            line.append(g)
            above = _single(field, g)
            if above is None:
                break
            g = above
        else:
            if line:
                order = 1
                for root in reversed(line):
                    order *= root.root
                    found.setdefault(g.place, {})[order] = root.place
                orders[g.place] = lcm(orders.get(g.place, 1), order)
    return [RootFamily(base, roots, orders[base]) for base, roots in found.items()]


def factors_of(field: AbstractField, c: Element) -> Factors:
    """The numerator of ``c`` as an integer times irreducible elements; roots are used, and may get negative powers."""
    polynomial = c.lift().n
    known = families(field, c) if field.relations and len(polynomial) > 1 else []
    if not known:
        content, found = factored(polynomial)
        return content, _sorted((Element(field, f, field.one_polynomial), k) for f, k in found)
    common = polynomial.term_content()
    rest = polynomial / common
    for family in known:
        rest = family.in_root(rest)
    # A polynomial in x**(1/60) has degrees 60 times as high: it is not factored.
    is_high = any(family.order > HIGHEST_ORDER for family in known)
    monomial, sums, content = field.one, [], 1
    for part in (common, rest):
        scale, found = divided_by_content(part) if is_high and part is rest else factored(part)
        content *= scale
        for f, k in found:
            if part is rest and len(f) == 1:  # at once, as a root to a high power would be reduced step by step
                monomial = monomial * _back(field, f**k, known)
                continue
            value = Element(field, f, field.one_polynomial) if part is common else _back(field, f, known)
            for side, sign in ((value.numerator, 1), (value.denominator, -1)):
                if len(side.parts) > 1:
                    sums.append((side, k))
                else:
                    monomial = monomial * (side**k if sign > 0 else (side**k).reciprocal())
    # A product of powers of generators has the coefficient 1.
    signs = ((monomial.parts, 1), (monomial.denominator_parts, -1))
    single = [(field.generator(p), sign * e) for parts, sign in signs for p, e in parts[0][1]]
    return content, _sorted([*single, *sums])


def _back(field: AbstractField, polynomial: fmpz_mpoly, known: Collection[RootFamily]) -> Element:
    """The element that a polynomial in common roots stands for."""
    bases = {family.base: family for family in known}
    value = field.zero
    for exponents, c in polynomial.to_dict().items():
        powers: list[tuple[int, int]] = []
        for place, e in enumerate(map(int, exponents)):
            if e:
                powers += bases[place].power(e) if place in bases else [(place, e)]
        value = value + field.monomial(tuple(powers)) * int(c)
    return value


def _sorted(factors: Iterable[tuple[Element, int]]) -> tuple[tuple[Element, int], ...]:
    return tuple(sorted(factors, key=lambda item: item[0].key))


def _single(field: AbstractField, g: Generator) -> Generator | None:
    """The generator that a root is a root of, if it is one and no polynomial."""
    assert g.power is not None
    parts = g.power.parts
    if len(parts) != 1 or parts[0][0] != 1 or len(parts[0][1]) != 1 or parts[0][1][0][1] != 1:
        return None
    return field.generators[parts[0][1][0][0]]
