"""The judge's field without the relations between roots, as the small checker takes exponentials: each is free."""

from __future__ import annotations

from symcheck.field.element import Element
from symcheck.field.exponent import unit_value, units
from symcheck.field.field import Field
from symcheck.field.generator import Role


class FreeField(Field):
    """A ``Field`` in which C**(1/2) and C are independent: 1/C**(1/2) stays what it is, and is not C**(1/2)/C.

    An exponential with a fraction in its exponent is one letter, as no other power of it is known.
    """

    def opaque(self, role: Role, of: Element, *, root: int = 0, power: Element | None = None) -> Element:  # noqa: ARG002
        return super().opaque(role, of)

    def exp(self, c: Element) -> Element:
        value = self.one
        for coefficient, unit in units(c):
            of = unit_value(self, unit)
            place = of.parts[0][1][0][0] if of.d.is_one() and of.parts[0][1] else None
            is_log = place is not None and self.generators[place].role is Role.LOG
            if is_log or coefficient.denominator == 1:
                value = value * super().exp(of * coefficient)
                continue
            letter = self.opaque(Role.EXP, of * abs(coefficient))
            value = value * (letter if coefficient > 0 else letter.reciprocal())
        return value
