"""The judge's field without the relations between roots, as the small checker takes exponentials: each is free."""

from __future__ import annotations

from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.generator import Role


class FreeField(Field):
    """A ``Field`` in which C**(1/2) and C are independent: 1/C**(1/2) stays what it is, and is not C**(1/2)/C."""

    def opaque(self, role: Role, of: Element, *, root: int = 0, power: Element | None = None) -> Element:  # noqa: ARG002
        return super().opaque(role, of)
