"""Restriction: an element taken over to the field of a narrower scope, and derived again there."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symcheck.field.base import AbstractField
from symcheck.field.element import Element, Parts
from symcheck.field.generator import Generator, Role


class Restriction:
    """The map from the elements of ``source`` to those of ``target``, in which ``values`` are put in.

    Every logarithm, power and quotient is formed again by ``target``, so whatever it has to be positive
    or non-zero for is shown again there.
    """

    def __init__(self, source: AbstractField, target: AbstractField, values: Mapping[str, Fraction]) -> None:
        self._source, self._target, self._values = source, target, values
        self._images: dict[int, Element] = {}

    def of(self, c: Element) -> Element:
        """The image of ``c``; raises ``Undecided`` or ``Undefined`` where it cannot be formed."""
        n = self._sum(c.parts)
        # A quotient again, so it is shown again that the denominator vanishes nowhere: C - q is 0 where q is C.
        return n if c.d.is_one() else n / self._sum(c.denominator_parts)

    def _sum(self, parts: Parts) -> Element:
        total = self._target.zero
        for coefficient, powers in parts:
            term = self._target.number(coefficient)
            for place, exponent in powers:
                image = self._image(place)
                term = term * (image if exponent == 1 else image**exponent)
            total = total + term
        return total

    def _image(self, place: int) -> Element:
        known = self._images.get(place)
        if known is None:
            g = self._source.generators[place]
            known = self._variable(g) if g.of is None else self._target.applied(g.role, self.of(g.of))
            self._images[place] = known
        return known

    def _variable(self, g: Generator) -> Element:
        """The image of C or of a parameter."""
        if g.name in self._values:
            return self._target.number(self._values[g.name])
        return self._target.C if g.role is Role.CLASSES else self._target.parameter(g.name)
