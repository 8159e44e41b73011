"""The error function erf x = 2 pi^(-1/2) (the integral of exp(-t^2) from 0 to x): one generator for x and -x."""

from __future__ import annotations

from fractions import Fraction

from symcheck.field.arccosine import pi
from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.generator import Role


def erf_of(field: AbstractField, c: Element) -> Element:
    """erf c."""
    if c.is_zero:
        return field.zero
    return -field.opaque(Role.ERF, -c) if c.is_turned else field.opaque(Role.ERF, c)


def slope_of(field: AbstractField, c: Element) -> Element:
    """The derivative 2 pi^(-1/2) exp(-c^2) of erf at c."""
    return field.power(pi(field), field.number(Fraction(-1, 2))) * field.exp(-c * c) * 2
