"""Signs of algebraic numbers, zero included: a ball that is smaller than the least number that it could be.

A number built from integers by +, -, *, / and roots is alpha/beta with algebraic integers alpha and beta of the field
of its roots, whose degree is at most the product D of theirs.  With |alpha| <= u and |beta| <= l for all conjugates,

    alpha/beta != 0  implies  |alpha/beta| >= 1/(u**(D - 1) l),

because the norm of alpha is a whole number (Burnikel, Funke, Mehlhorn, Schirra, Schmitt 2001).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from symcheck.field.ball import Point, working
from symcheck.field.base import AbstractField
from symcheck.field.element import Element, Parts, Powers
from symcheck.field.generator import Generator, Role

MOST_BITS = 20_000
"""Numbers that would have to be known to more bits are left open."""

SPARE = 64
"""Bits beyond those of the bound with which a number is looked at first."""

LOOKS = 4
"""With so many precisions, each twice the one before."""


@dataclass(frozen=True, slots=True)
class Bound:
    """``u`` and ``l`` bound the conjugates of alpha and beta; ``roots`` holds places with degrees."""

    u: arb
    l: arb  # noqa: E741  (as in the paper)
    roots: frozenset[tuple[int, int]]

    @property
    def bits(self) -> int | None:
        """A k such that the number is 0 or at least 2**-k away from it; None if k would be larger than is looked at."""
        degree = 1
        for _, k in self.roots:
            degree *= k
            if degree > MOST_BITS:
                return None
        bits = ((degree - 1) * _log2(self.u) + _log2(self.l)).abs_upper().ceil().unique_fmpz()
        return None if bits is None or bits > MOST_BITS else int(bits)


def number_sign(c: Element, point: Point) -> int | None:
    """-1, 0 or 1, the sign of the number ``c`` if it is algebraic and its bound small enough; else None.

    ``point`` is one of its field.
    """
    with working(SPARE):
        bound = _of_constant(c, c.field, {})
        bits = None if bound is None else bound.bits
    if bits is None:
        return None
    for k in range(LOOKS):
        # The ball has to be smaller than the bound; how much is lost on the way to it is not known before.
        precision = (bits + SPARE) * 2**k
        ball = point.ball(c, precision)
        if ball > 0 or ball < 0:
            return 1 if ball > 0 else -1
        with working(precision):
            # Nearer to 0 than any such number but 0.
            if abs(ball) < arb(2) ** -bits:
                return 0
    return None


def without_zeros(c: Element, point: Point) -> Element:
    """The polynomial ``c`` without those of its coefficients, algebraic numbers, that are shown to be 0.

    ``point`` is one of its field.
    """
    field = c.field
    coefficients: dict[Powers, Element] = {}
    algebraic = {place for _, powers in c.parts for place, _ in powers if _radicand(field, field.generators[place])}
    if not algebraic:
        return c
    for coefficient, powers in c.parts:
        rest = tuple(x for x in powers if x[0] not in algebraic)
        root = field.monomial(tuple(x for x in powers if x[0] in algebraic)) * coefficient
        coefficients[rest] = coefficients.get(rest, field.zero) + root
    found = {rest: a for rest, a in coefficients.items() if len(a.parts) == 1 or number_sign(a, point) != 0}
    if len(found) == len(coefficients):
        return c
    return field.sum(field.monomial(rest) * a for rest, a in found.items())


_Known = dict[int, "Bound | None"]


def _of_constant(c: Element, field: AbstractField, known: _Known) -> Bound | None:
    top, below = _of_parts(c.parts, field, known), _of_parts(c.denominator_parts, field, known)
    if top is None or below is None:
        return None
    return Bound(top.u * below.l, top.l * below.u, top.roots | below.roots)


def _of_parts(parts: Parts, field: AbstractField, known: _Known) -> Bound | None:
    """The polynomial over one denominator: that of each generator to its highest power."""
    degrees: dict[int, int] = {}
    for _, powers in parts:
        for place, e in powers:
            degrees[place] = max(e, degrees.get(place, 0))
    bounds: dict[int, Bound] = {}
    for place in degrees:
        bound = _of_generator(field, place, known)
        if bound is None:
            return None
        bounds[place] = bound
    u, l = arb(0), arb(1)  # noqa: E741
    for coefficient, powers in parts:
        term, exponents = arb(abs(coefficient)), dict(powers)
        for place, degree in degrees.items():
            e = exponents.get(place, 0)
            term *= bounds[place].u ** e * bounds[place].l ** (degree - e)
        u += term
    for place, degree in degrees.items():
        l *= bounds[place].l ** degree  # noqa: E741
    return Bound(u, l, _union(b.roots for b in bounds.values()))


def _of_generator(field: AbstractField, place: int, known: _Known) -> Bound | None:
    if place not in known:
        g = field.generators[place]
        under = _radicand(field, g)
        inner = None if under is None else _of_constant(under[0], field, known)
        known[place] = None if under is None or inner is None else _of_root(inner, place, under[1])
    return known[place]


def _of_root(a: Bound, place: int, k: int) -> Bound:
    """(alpha/beta)**(1/k) is (alpha beta**(k-1))**(1/k) / beta, and alpha / (alpha**(k-1) beta)**(1/k)."""
    roots = a.roots | {(place, k)}
    if a.u >= a.l:
        return Bound((a.u * a.l ** (k - 1)).root(k), a.l, roots)
    return Bound(a.u, (a.u ** (k - 1) * a.l).root(k), roots)


def _radicand(field: AbstractField, g: Generator) -> tuple[Element, int] | None:
    """The x and k of a generator that is the k-th root of x: exp(1/k log x)."""
    if g.role is not Role.EXP or g.depends:
        return None
    if g.root and g.power is not None:
        return g.power, g.root
    of = g.argument
    if len(of.parts) != 1 or not of.d.is_constant():
        return None
    coefficient, powers = of.parts[0]
    exponent = Fraction(coefficient, int(of.d.leading_coefficient()))
    log = field.generators[powers[0][0]] if len(powers) == 1 and powers[0][1] == 1 else None
    if log is None or log.role is not Role.LOG or exponent.numerator != 1:
        return None
    return log.argument, exponent.denominator


def _union(sets: Iterable[frozenset[tuple[int, int]]]) -> frozenset[tuple[int, int]]:
    return frozenset().union(*sets)


def _log2(x: arb) -> arb:
    """The binary logarithm of a bound, of 1 where it is smaller: a norm is at least 1."""
    return x.max(arb(1)).log() / arb(2).log()
