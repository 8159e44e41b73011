"""Exponentials: products over the units of the exponent, with roots for its fractions."""

from __future__ import annotations

from fractions import Fraction

from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.exponent import Unit, digits, unit_value, units
from symcheck.field.generator import Role


def exp_of(field: AbstractField, c: Element) -> Element:
    """exp c as a product of whole powers of exp(unit), which is f for the unit log f, and of roots of it."""
    value = field.one
    for coefficient, unit in units(c):
        whole, places = digits(coefficient)
        base = _exp_of_unit(field, unit)
        value = value * (base**whole if whole >= 0 else (base**-whole).reciprocal())
        for p, k, digit in places:
            value = value * _root(field, unit, base, p, k) ** digit
    return value


def _exp_of_unit(field: AbstractField, unit: Unit) -> Element:
    if unit.rest is None and len(unit.powers) == 1 and unit.powers[0][1] == 1:
        g = field.generators[unit.powers[0][0]]
        if g.role is Role.LOG:
            return g.argument
    return field.opaque(Role.EXP, unit_value(field, unit))


def _root(field: AbstractField, unit: Unit, base: Element, p: int, k: int) -> Element:
    """exp(unit / p**k), the p-th root of the one before it."""
    power = base if k == 1 else _root(field, unit, base, p, k - 1)
    # A root of a fraction stays without a relation: its powers are then not written as the fraction.
    root = p if power.d.is_one() else 0
    return field.opaque(Role.EXP, unit_value(field, unit) * Fraction(1, p**k), root=root, power=power)
