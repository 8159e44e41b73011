"""Exact signs of polynomials in one variable alone, by isolation of their real roots."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import cast

from flint import acb, arb, fmpq, fmpz_poly

from symcheck.budget import look
from symcheck.field.ball import PRECISIONS, ball_of, working
from symcheck.field.element import Element
from symcheck.field.signs.box import Box
from symcheck.field.signs.points import some_value
from symcheck.field.signs.proof import Proof
from symcheck.field.signs.sign import ProvedSign
from symcheck.language.interval import Interval

HIGHEST_DEGREE = 60
"""Roots of polynomials of higher degree are not looked for."""


def by_roots(f: Element, box: Box) -> Proof | None:
    """An irreducible polynomial in one variable has no root in the interior of its interval, so one sign there."""
    name = only_variable(f)
    if name is None:
        return None
    polynomial = univariate(f)
    # Linear ones are left to the rules that look at terms; an irreducible one of higher degree has no rational
    # root, so none at an end either.
    if not 1 < polynomial.degree() <= HIGHEST_DEGREE:
        return None
    side = box.side(name)
    if any(_lies_in(root, side) for root in real_roots(polynomial)):
        return None
    inside = some_value(side)
    proved = ProvedSign.POSITIVE if polynomial(fmpq(inside.numerator, inside.denominator)) > 0 else ProvedSign.NEGATIVE
    return Proof(proved, f, box, f"no real root in {side}, by isolation of the roots")


def only_variable(f: Element) -> str | None:
    """The variable in which ``f`` is a polynomial, if there is just one and nothing else occurs."""
    places = f.places
    if len(places) != 1:
        return None
    g = f.field.generators[places.pop()]
    return g.name if g.of is None else None


def univariate(f: Element) -> fmpz_poly:
    """The polynomial of an element in which one generator occurs."""
    degree = max(powers[0][1] if powers else 0 for _, powers in f.parts)
    look(degree=degree)
    coefficients = [0] * (1 + degree)
    for coefficient, powers in f.parts:
        coefficients[powers[0][1] if powers else 0] = coefficient
    return fmpz_poly(coefficients)


def real_roots(polynomial: fmpz_poly) -> list[arb]:
    """Balls, each around one real root of an irreducible polynomial, together around all of them."""
    with working(PRECISIONS[1]):
        # The annotations of python-flint leave out the multiplicity that comes with each root.
        roots = cast("list[tuple[acb, int]]", polynomial.complex_roots())
        return [root.real for root, _ in roots if root.imag == 0]


def last_integer_below(root: arb) -> int | None:
    """The greatest integer below an irrational root; None if the ball does not tell."""
    with working(PRECISIONS[1]):
        whole = root.floor().unique_fmpz()
    return None if whole is None else int(whole)


def critical_values(f: Element) -> list[Fraction]:
    """The zero of a linear polynomial in one variable; of others, numbers between and beside the real zeros."""
    polynomial = univariate(f)
    if polynomial.degree() == 1:
        zero = Fraction(-int(polynomial[0]), int(polynomial[1]))
        width = max(abs(zero), Fraction(1)) / 2**20
        return [zero, zero - width, zero + width, zero / 2]
    if polynomial.degree() > HIGHEST_DEGREE:
        return []
    near = sorted(_rational_near(root) for root in real_roots(polynomial))
    return [(a + b) / 2 for a, b in pairwise(near)] + [v for z in near for v in (z - 1, z + 1)]


def _rational_near(root: arb) -> Fraction:
    mantissa, exponent = root.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _lies_in(root: arb, side: Interval) -> bool:
    """Whether an irrational root may lie between the ends of ``side``."""
    with working(PRECISIONS[1]):
        below = side.low is not None and root < ball_of(side.low)
        above = side.high is not None and root > ball_of(side.high)
    return not (below or above)
