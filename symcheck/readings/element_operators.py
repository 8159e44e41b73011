"""The operators of entries that are elements of a field, in which functions of z have names of their own."""

from __future__ import annotations

import operator
from fractions import Fraction
from typing import Final, TypeVar

from symcheck.field.everywhere_field import EverywhereField
from symcheck.language.entrywise import Entrywise, entrywise, entrywise_by

V = TypeVar("V")

HALF: Final = Fraction(1, 2)


class ElementOperators(Entrywise[V]):
    """What operators do with entries that are elements of ``field``, whichever classes these stand for."""

    field: EverywhereField

    add = entrywise(operator.add)
    mul = entrywise(operator.mul)
    div = entrywise(operator.truediv)
    pow = entrywise_by(lambda reading: reading.field.power)
    exp = entrywise_by(lambda reading: reading.field.exp)
    log = entrywise_by(lambda reading: reading.field.log)
    arccos = entrywise_by(lambda reading: reading.field.arccos)
    sin = entrywise_by(lambda reading: reading.field.sin)
    cos = entrywise_by(lambda reading: reading.field.cos)
    arctan = entrywise_by(lambda reading: reading.field.arctan)
    erf = entrywise_by(lambda reading: reading.field.erf)
    abs = entrywise_by(lambda reading: reading.field.absolute)

    def relu(self, a: V) -> V:
        """(x + |x|)/2."""
        return self.each(lambda x: (x + self.field.absolute(x)) * HALF, a)

    def branch(self, u: V, positive: V, otherwise: V) -> V:
        """b + s (a - b) for the step s, which is 1 where u > 0 and 0 elsewhere."""
        return self.each(lambda x, a, b: b + self.field.step(x) * (a - b), u, positive, otherwise)

    def detach(self, a: V) -> V:
        """The value, as this reading takes no derivative."""
        return a
