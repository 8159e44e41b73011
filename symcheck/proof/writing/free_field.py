"""The judge's field without the relations between roots, as the small checker takes exponentials: each is free."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from fractions import Fraction
from itertools import combinations
from math import lcm

from symcheck.budget import Budget
from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.exponent import Unit, unit_value, units
from symcheck.field.field import Field
from symcheck.field.generator import Role
from symcheck.language.scope import Scope

HIGHEST_POWER = 60
"""A higher power of a letter is a letter of its own."""


class FreeField(Field):
    """A ``Field`` in which C**(1/2) and C are independent: 1/C**(1/2) stays what it is, and is not C**(1/2)/C.

    A power of b is a whole power and a root of b to the power k > 0, or for logarithms at the places ``falling`` k < 0:
    C**(1/2) is C over C**(1/2).  ``rooted`` are the places of logarithms of which such powers were taken.

    Other exponentials are powers of exp(u/n) with the n that ``orders`` gives for u; where there is none, each fraction
    of u has a letter of its own.  ``wanted`` are the orders with which the exponentials so far would share letters.
    """

    def __init__(self, scope: Scope, budget: Budget | None = None, orders: Mapping[str, int] | None = None) -> None:
        super().__init__(scope, budget)
        self.falling: frozenset[int] = frozenset()
        self.rooted: set[int] = set()
        self.orders, self.wanted = orders or {}, dict(orders or {})

    def opaque(self, role: Role, of: Element, *, root: int = 0, power: Element | None = None) -> Element:  # noqa: ARG002
        return super().opaque(role, of)

    def exp(self, c: Element) -> Element:
        value = self.one
        for coefficient, unit in units(c):
            of, place = unit_value(self, unit), self._log_in(unit)
            if place is None:
                value = value * self._exp_of(of, coefficient)
            elif coefficient.denominator == 1 or place not in self.falling:
                self.rooted |= {place} if coefficient.denominator > 1 else set()
                value = value * super().exp(of * coefficient)
            else:
                value = value * super().exp(of * -coefficient).reciprocal()
        return value

    def _exp_of(self, u: Element, k: Fraction) -> Element:
        """exp(k u)."""
        name = u.key
        self.wanted[name] = lcm(self.wanted.get(name, 1), k.denominator)
        n = self.orders.get(name, 1)
        letter, power = self.opaque(Role.EXP, u * Fraction(1, n)), k * n
        if power.denominator > 1 or abs(power) > HIGHEST_POWER:
            letter, power = self.opaque(Role.EXP, u * abs(k)), Fraction(1 if k > 0 else -1)
        return letter ** int(power) if power > 0 else (letter ** -int(power)).reciprocal()

    def _log_in(self, unit: Unit) -> int | None:
        """The place of the logarithm that the unit is, None if it is none."""
        if unit.rest is not None or len(unit.powers) != 1 or unit.powers[0][1] != 1:
            return None
        place = unit.powers[0][0]
        return place if self.generators[place].role is Role.LOG else None


MOST_ROOTED = 4
"""With powers of more bases than this, not all ways to write them are tried."""


def ways(field: AbstractField) -> Generator[None]:
    """Once, and once more for each other way to write powers in a free field, while the field is set to it."""
    yield
    if not isinstance(field, FreeField):
        return
    rooted = sorted(field.rooted)[:MOST_ROOTED]
    try:
        for count in range(1, len(rooted) + 1):
            for falling in combinations(rooted, count):
                field.falling = frozenset(falling)
                yield
    finally:
        field.falling = frozenset()
