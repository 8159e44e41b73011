"""Zeros of a constant in one parameter, as constants that do not depend on it: where its sign may change.

Found for a factor that is

    A (p - t)                 linear in p,
    A p^2 + B p + D           with whole numbers A, B, D,
    A g^k + B                 in one exponential g, or linear in one logarithm, for which the zeros are found,

with A of one sign in the scope.
"""

from __future__ import annotations

from collections.abc import Callable
from math import floor, gcd

from symcheck.field.ball import PRECISIONS, working
from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.generator import Generator, Role
from symcheck.field.signs.rules.roots import HIGHEST_DEGREE, last_integer_below, only_variable, real_roots, univariate
from symcheck.field.signs.sign import Kind
from symcheck.reason import Undecided

STRICT = (Kind.POSITIVE, Kind.NEGATIVE)


def zeros(factor: Element, name: str) -> list[Element] | None:
    """The zeros of ``factor`` in the parameter ``name`` in increasing order, None if they were not found.

    A zero may lie outside the parameter's interval.
    """
    return next((found for find in FINDERS if (found := find(factor, name)) is not None), None)


def _safely(find: Callable[[Element, str], list[Element] | None]) -> Callable[[Element, str], list[Element] | None]:
    def found(factor: Element, name: str) -> list[Element] | None:
        try:
            return find(factor, name)
        except Undecided:
            return None

    return found


def last_wholes_below(factor: Element, name: str) -> list[int] | None:
    """For each real zero of a polynomial in ``name`` alone the greatest whole number that is not above it."""
    if only_variable(factor) != name:
        return None
    polynomial = univariate(factor)
    if polynomial.degree() == 1:
        return [-int(polynomial[0]) // int(polynomial[1])]
    if polynomial.degree() > HIGHEST_DEGREE:
        return None
    found = [last_integer_below(root) for root in real_roots(polynomial)]
    wholes = [k for k in found if k is not None]
    return sorted(wholes) if len(wholes) == len(found) else None


def floor_of(t: Element) -> int | None:
    """The greatest whole number that is not above ``t``, if it is a number and its balls tell."""
    if t.rational is not None:
        return floor(t.rational)
    if t.field.depends(t):
        return None
    with working(PRECISIONS[1]):
        # A ball about a whole number has two floors, and tells none.
        whole = t.ball({}, PRECISIONS[1]).floor().unique_fmpz()
    return None if whole is None else int(whole)


def _of_linear(factor: Element, name: str) -> list[Element] | None:
    field = factor.field
    # The slope must not vanish: where it does, A (p - t) has its zero nowhere or everywhere.
    slope = field.derivative(factor, name)
    if name in field.depends(slope) or field.sign(slope).kind not in STRICT:
        return None
    t = field.parameter(name) - factor / slope
    return None if name in field.depends(t) else [t]


def _of_quadratic(factor: Element, name: str) -> list[Element] | None:
    field = factor.field
    if only_variable(factor) != name:
        return None
    polynomial = univariate(factor)
    if polynomial.degree() != 2:
        return None
    c, b, a = (int(polynomial[k]) for k in range(3))
    if a < 0:
        a, b, c = -a, -b, -c
    discriminant = b * b - 4 * a * c
    # A double zero changes no sign, and none is needed where the discriminant is negative.
    if discriminant <= 0:
        return None
    root = _square_root(field, discriminant)
    return [(root * sign - b) / (2 * a) for sign in (-1, 1)]


def _square_root(field: AbstractField, n: int) -> Element:
    return field.power(field.number(n), field.number(1) / 2)


def _of_generator(factor: Element, name: str) -> list[Element] | None:
    """Where A g + B = 0 for one generator g = e^u or log u with a u that is linear in the parameter."""
    field = factor.field
    places = {p for _, powers in factor.parts for p, _ in powers if name in field.generators[p].depends}
    # With p itself beside e^p the zeros are no elementary numbers (p e^p = 1).
    if len(places) != 1 or not factor.d.is_one():
        return None
    g = field.generators[places.pop()]
    if g.of is None or g.role not in (Role.EXP, Role.LOG):
        return None
    value = _value_of(factor, g)
    if value is None:
        return None
    inside = field.log(value) if g.role is Role.EXP else field.exp(value)
    return zeros((g.of - inside).numerator, name)


def _value_of(factor: Element, g: Generator) -> Element | None:
    """The -B/A of A g^k + B, to the power 1/k, None if there are other powers of g."""
    field = factor.field
    powers = {dict(p).get(g.place, 0) for _, p in factor.parts}
    k = gcd(*powers)
    if powers != {0, k} or (k > 1 and g.role is Role.LOG):  # a logarithm may be negative
        return None
    sums = {0: field.zero, k: field.zero}
    for coefficient, p in factor.parts:
        rest = tuple((place, e) for place, e in p if place != g.place)
        sums[dict(p).get(g.place, 0)] += field.monomial(rest) * coefficient
    if field.sign(sums[k]).kind not in STRICT:
        return None
    value = -(sums[0] / sums[k])
    return value if k == 1 else field.power(value, field.number(1) / k)


FINDERS = tuple(map(_safely, (_of_linear, _of_quadratic, _of_generator)))
"""How zeros are found, those with the simplest expressions first."""
