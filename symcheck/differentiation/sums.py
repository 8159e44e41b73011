"""Sums of products of operators: the form in which derivatives are taken, so that they come out short.

A ``Sum`` is a linear combination of products of ``Atom``s with constant exponents.  What has one value is of rank 0, a
class-vector of rank 1, a quantity of two classes of rank 2; a scalar beside a class-vector stands for all its entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm


class Atom:
    """An operator that is no sum, product or power, applied to sums; ``serial`` orders them: arguments come first."""

    __slots__ = ("args", "data", "op", "rank", "serial")

    def __init__(self, op: str, args: tuple[Sum, ...], data: object, rank: int, serial: int) -> None:
        self.op, self.args, self.data, self.rank, self.serial = op, args, data, rank, serial

    def __repr__(self) -> str:
        return f"{self.op}{self.args or ''}"


Monomial = tuple[tuple[Atom, "Sum"], ...]
"""A product of powers, in the order of the atoms; the exponents are constants."""


@dataclass(frozen=True, eq=False)
class Sum:
    """The sum of numbers times products; that of nothing is 0."""

    terms: Mapping[Monomial, Fraction]

    @cached_property
    def _hash(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sum) and (self is other or self.terms == other.terms)

    @cached_property
    def rank(self) -> int:
        """0 for one number, 1 for a class-vector, 2 for a quantity of two classes."""
        return max((rank_of(m) for m in self.terms), default=0)

    @cached_property
    def number(self) -> Fraction | None:
        """The number that it is, if it is one."""
        if not self.terms:
            return Fraction(0)
        return self.terms.get(()) if len(self.terms) == 1 else None

    @property
    def is_zero(self) -> bool:
        """Whether nothing is left of it."""
        return not self.terms

    @property
    def only(self) -> tuple[Monomial, Fraction] | None:
        """Its product and the number before it, if it has one product only."""
        return next(iter(self.terms.items())) if len(self.terms) == 1 else None

    def atoms(self) -> Iterator[Atom]:
        """The atoms in it, those inside others and in exponents left out."""
        return (atom for m in self.terms for atom, _ in m)

    def __repr__(self) -> str:
        return " + ".join(f"{c}*{m}" for m, c in self.terms.items()) or "0"


def rank_of(monomial: Monomial) -> int:
    """The rank of a product."""
    return max((atom.rank for atom, _ in monomial), default=0)


ZERO, ONE = Sum({}), Sum({(): Fraction(1)})


def number(value: Fraction | int) -> Sum:
    """A number as a sum."""
    return Sum({(): Fraction(value)}) if value else ZERO


def added(*sums: Sum) -> Sum:
    """The sum of ``sums``; a sum in brackets with a number before it is written out."""
    terms: dict[Monomial, Fraction] = {}
    for s in sums:
        for monomial, c in s.terms.items():
            inside = bracketed(monomial)
            for m, d in ((monomial, c),) if inside is None else scaled(inside, c).terms.items():
                terms[m] = terms[m] + d if m in terms else d
    return Sum({m: c for m, c in terms.items() if c})


def bracketed(monomial: Monomial) -> Sum | None:
    """The sum that the product is, if it is a sum in brackets."""
    if len(monomial) == 1 and monomial[0][0].op == "sum" and monomial[0][1] == ONE:
        return monomial[0][0].args[0]
    return None


def scaled(s: Sum, factor: Fraction | int) -> Sum:
    """A number times ``s``."""
    if factor == 1:
        return s
    return Sum({m: c * factor for m, c in s.terms.items()}) if factor else ZERO


def negative(s: Sum) -> Sum:
    """-s."""
    return scaled(s, -1)


def less(a: Sum, b: Sum) -> Sum:
    """a - b."""
    return added(a, negative(b))


def content_of(s: Sum) -> Fraction:
    """The number c for which s/c has whole coefficients without a common divisor, and its first one is positive."""
    numbers = s.terms.values()
    c = Fraction(gcd(*(n.numerator for n in numbers)), lcm(*(n.denominator for n in numbers)))

    # 1 - p, a - p and C - 1: constants with a plus, and C before numbers.
    def place(m: Monomial) -> tuple[bool, bool, int, list[int]]:
        return (
            not all(is_constant(a) for a, _ in m),
            not any(a.op == "classes" for a, _ in m),
            len(m),
            [a.serial for a, _ in m],
        )

    lead = min(s.terms, key=place)
    return c if s.terms[lead] > 0 else -c


def is_constant(atom: Atom) -> bool:
    """Whether it is made of parameters and C by arithmetic."""
    return atom.op in ("parameter", "classes") or (atom.op == "sum" and all(map(is_constant, atom.args[0].atoms())))


def single(atom: Atom) -> Sum:
    """An atom as a sum."""
    return Sum({((atom, ONE),): Fraction(1)})


def ordered(powers: Mapping[Atom, Sum]) -> Monomial:
    """The product of ``powers``, those of what was made first before the others."""
    return tuple(sorted(powers.items(), key=lambda pair: pair[0].serial))
