"""The operators of entries that are elements of a field, in which functions of z have names of their own."""

from __future__ import annotations

import operator
from abc import abstractmethod
from collections.abc import Callable
from fractions import Fraction
from typing import Final, TypeVar

from symcheck.field.element import Element
from symcheck.field.everywhere_field import EverywhereField
from symcheck.language.reading import Reading

V = TypeVar("V")

HALF: Final = Fraction(1, 2)


class ElementOperators(Reading[V]):
    """What operators do with entries that are elements of ``field``, whichever classes these stand for."""

    field: EverywhereField

    @abstractmethod
    def each(self, function: Callable[..., Element], *values: V) -> V:
        """``function`` of the entries of ``values`` at each place; a scalar is the same at all of them."""

    def add(self, a: V, b: V) -> V:
        return self.each(operator.add, a, b)

    def mul(self, a: V, b: V) -> V:
        return self.each(operator.mul, a, b)

    def div(self, a: V, b: V) -> V:
        return self.each(operator.truediv, a, b)

    def pow(self, a: V, b: V) -> V:
        return self.each(self.field.power, a, b)

    def entrywise(self, op: str, *args: V) -> V:
        return self.each(getattr(self.field, op), *args)

    def abs(self, a: V) -> V:
        return self.each(self.field.absolute, a)

    def relu(self, a: V) -> V:
        """(x + |x|)/2."""
        return self.each(lambda x: (x + self.field.absolute(x)) * HALF, a)

    def branch(self, u: V, positive: V, otherwise: V) -> V:
        """b + s (a - b) for the step s, which is 1 where u > 0 and 0 elsewhere."""
        return self.each(lambda x, a, b: b + self.field.step(x) * (a - b), u, positive, otherwise)

    def detach(self, a: V) -> V:
        """The value, as no derivative is taken."""
        return a
