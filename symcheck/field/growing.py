"""Fields that take in more free parameters on the way, and substitution within one field."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.generator import Generator
from symcheck.field.restriction import Restriction
from symcheck.field.signs.box import Box
from symcheck.language.interval import Interval
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Scope


class GrowingField(Field):
    """A field whose scope gains parameters: what is known of older elements stays true."""

    def atom(self, name: str, interval: Interval, default: Fraction | None = None) -> Element:
        """The free parameter ``name``, taken in now unless it is known."""
        known = self._variables.get(name)
        if known is None:
            scope = self.scope
            self.scope = Scope(scope.classes, (*scope.parameters, Parameter.of(name, interval, default)), scope.arrays)
            self.box = Box.of(self.scope)
            known = self._variables[name] = self._variable(name)
            # Narrower fields were made from the smaller scope.
            self._narrowed.clear()
            self._restrictions.clear()
        return known


class Substitution(Restriction):
    """The map that puts the elements ``images`` of one field in the place of the variables of these names."""

    def __init__(self, field: Field, images: Mapping[str, Element]) -> None:
        super().__init__(field, field, {})
        self._by_name = images

    def of(self, c: Element) -> Element:
        """The image of ``c``; raises ``Undecided`` or ``Undefined`` where it is not shown to exist."""
        return super().of(c) if self._source.depends(c) & self._by_name.keys() else c

    def _variable(self, g: Generator) -> Element:
        image = self._by_name.get(g.name)
        return self._source.generator(g.place) if image is None else image
