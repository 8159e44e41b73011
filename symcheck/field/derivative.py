"""Partial derivatives of elements, by the chain rule over the generators."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpz_mpoly

from symcheck.field import error_function
from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.generator import Generator, Role
from symcheck.reason import Code, Reason, Undecided

_NO_SLOPE = Reason(
    Code.SIGN_UNKNOWN, "(-1)**n has no derivative by the whole number n", "give n a value, or narrow the scope"
)


def derivative_of(field: AbstractField, c: Element, variable: str) -> Element:
    """d c / d ``variable``; the denominators that come in are those of ``c`` and arguments of logarithms."""
    top = _of_polynomial(field, c.lift().n, variable)
    if c.d.is_one():
        return top
    n, d = c.numerator, c.denominator
    return (top * d - n * _of_polynomial(field, c.lift().d, variable)) * (d * d).reciprocal()


def _of_polynomial(field: AbstractField, polynomial: fmpz_mpoly, variable: str) -> Element:
    slope = field.zero
    # A copy of the list: the derivative of an arc cosine and others may add a generator.
    for g, degree in zip(tuple(field.generators), polynomial.degrees(), strict=False):
        if degree and variable in g.depends:
            part = Element(field, polynomial.derivative(g.place), field.one_polynomial)
            slope = slope + part * _of_generator(field, g, variable)
    return slope


def _of_generator(field: AbstractField, g: Generator, variable: str) -> Element:
    if g.of is None:
        return field.one
    known = field.slopes.get((g.place, variable))
    if known is None:
        known = field.slopes[g.place, variable] = derivative_of(field, g.of, variable) * _outer(field, g, g.of)
    return known


def _outer(field: AbstractField, g: Generator, x: Element) -> Element:
    """The derivative at x of the function that ``g`` stands for."""
    match g.role:
        case Role.LOG:
            return x.reciprocal()
        case Role.EXP:
            return field.generator(g.place)
        case Role.COS:
            return -field.sin(x)
        case Role.SIN:
            return field.cos(x)
        case Role.ARCTAN:
            return (1 + x * x).reciprocal()
        case Role.ARCCOS:
            return -field.power(1 - x * x, field.number(Fraction(-1, 2)))
        case Role.ERF:
            return error_function.slope_of(field, x)
    raise Undecided(_NO_SLOPE)
