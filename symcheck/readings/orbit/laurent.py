"""Laurent polynomials in constants that are only numbered here: sums of products of powers, multiplied out."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Final

from symcheck.budget import look

Number = int | Fraction
"""A rational number: nearly all of them are whole here, and ints are many times faster."""

Monomial = tuple[tuple[int, Number], ...]
"""Places of constants with their exponents, none of them 0, in the order of the places."""


MOST_STEPS: Final = 200
"""A division that has not come out after this many terms is given up."""


class Laurent:
    """A sum of rational multiples of monomials; ``terms`` has no zero coefficient and is never changed."""

    __slots__ = ("terms",)

    def __init__(self, terms: dict[Monomial, Number]) -> None:
        self.terms = terms

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Laurent) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    @property
    def number(self) -> Fraction | None:
        """The rational number that it is, if it is one on its face."""
        if not self.terms:
            return Fraction(0)
        value = self.terms.get(()) if len(self.terms) == 1 else None
        return None if value is None else Fraction(value)

    def __add__(self, other: Laurent) -> Laurent:
        if not self.terms or not other.terms:
            return self if self.terms else other
        terms = dict(self.terms)
        for monomial, c in other.terms.items():
            _gather(terms, monomial, c)
        return Laurent(terms)

    def __neg__(self) -> Laurent:
        return Laurent({m: -c for m, c in self.terms.items()})

    def __sub__(self, other: Laurent) -> Laurent:
        return self + -other

    def __mul__(self, other: Laurent) -> Laurent:
        terms: dict[Monomial, Number] = {}
        for m, c in self.terms.items():
            for n, d in other.terms.items():
                _gather(terms, joined(m, n), c * d)
        return Laurent(terms)


def quotient(a: Number, b: Number) -> Number:
    """a/b, an int where it is whole."""
    value = a if b == 1 else Fraction(a) / b
    return value.numerator if value.denominator == 1 else value


def rational(value: Number) -> Laurent:
    """``value`` as a sum of one term, or of none."""
    return Laurent({(): quotient(value, 1)} if value else {})


ZERO: Final = rational(0)
ONE: Final = rational(1)


def _gather(terms: dict[Monomial, Number], monomial: Monomial, c: Number) -> None:
    c += terms.get(monomial, 0)
    if c:
        terms[monomial] = c
    else:
        del terms[monomial]


def joined(m: Monomial, n: Monomial) -> Monomial:
    """The product of two monomials."""
    if not m or not n:
        return m or n
    powers = dict(m)
    for place, e in n:
        raised = powers.get(place, 0) + e
        if raised:
            powers[place] = raised
        else:
            del powers[place]
    return tuple(sorted(powers.items()))


def power_of(place: int, e: Number = 1) -> Laurent:
    """The constant at ``place`` to the power e."""
    return Laurent({((place, e),) if e else (): 1})


def exact_quotient(a: Laurent, b: Laurent) -> Laurent | None:
    """a/b if b divides a, found by division from the top term down; None if it does not, or not in a few steps."""
    places = sorted({p for m in (*a.terms, *b.terms) for p, _ in m})

    @cache
    def dense(monomial: Monomial) -> tuple[Number, ...]:
        powers = dict(monomial)
        return tuple(powers.get(p, 0) for p in places)

    if not a:
        return ZERO
    ends = [[(min(column), max(column)) for column in zip(*map(dense, x.terms), strict=True)] for x in (a, b)]
    box = [(low - under, high - over) for (low, high), (under, over) in zip(*ends, strict=True)]
    lead = max(b.terms, key=dense)
    inverted = tuple((p, -e) for p, e in lead)
    found, remainder = ZERO, a
    for _ in range(MOST_STEPS):
        look()
        if not remainder:
            return found
        top = max(remainder.terms, key=dense)
        monomial = joined(top, inverted)
        # The quotient has to lie in this box if b divides a; a step outside shows that it does not, and ends the
        # division.
        if not all(low <= e <= high for e, (low, high) in zip(dense(monomial), box, strict=True)):
            return None
        step = Laurent({monomial: quotient(remainder.terms[top], b.terms[lead])})
        found, remainder = found + step, remainder - step * b
    return None
