"""Arc cosines: one generator for each positive argument, and one for arccos 0 = pi/2."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from symcheck.constants.constant import Constant
from symcheck.constants.generator import Role
from symcheck.constants.sign import Kind

if TYPE_CHECKING:
    from symcheck.constants.field import Field


def arccos_of(field: Field, c: Constant) -> Constant:
    """arccos c for -1 < c < 1 (which is shown): with a = arccos 0, 2 a/3 at 1/2 and 2 a - arccos(-c) for c < 0."""
    right = field.opaque(Role.ARCCOS, field.zero)
    if c.is_zero:
        return right
    if field.sign(c).kind is Kind.NEGATIVE:
        return right * 2 - arccos_of(field, -c)
    return right * Fraction(2, 3) if c.rational == Fraction(1, 2) else field.opaque(Role.ARCCOS, c)


def slope_of(field: Field, c: Constant) -> Constant:
    """The derivative -(1 - c^2)^(-1/2) of arccos at c."""
    return -field.power(1 - c * c, field.number(Fraction(-1, 2)))
