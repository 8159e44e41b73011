"""Fields that take in more free parameters on the way, and substitution within one field."""

from __future__ import annotations

from collections.abc import Mapping

from symcheck.constants.box import Box
from symcheck.constants.constant import Constant, Parts
from symcheck.constants.field import Field
from symcheck.constants.generator import Role
from symcheck.language.parameter import Interval, Parameter
from symcheck.language.scope import Scope
from symcheck.language.term import Scalar


class Atom(Parameter):
    """A free parameter with a name that no user can give, such as ``w[1]``."""

    __slots__ = ()
    __hash__ = Parameter.__hash__

    def __init__(self, name: str, interval: Interval) -> None:
        Scalar.__init__(self, "parameter", data=self)
        self.name, self.interval, self.default = name, interval, None


class GrowingField(Field):
    """A field whose scope gains parameters: what is known of older constants stays true."""

    def atom(self, name: str, interval: Interval) -> Constant:
        """The free parameter ``name``, taken in now unless it is known."""
        known = self._variables.get(name)
        if known is None:
            scope = self.scope
            self.scope = Scope(scope.classes, (*scope.parameters, Atom(name, interval)), scope.arrays)
            self.box = Box.of(self.scope)
            known = self._variables[name] = self._variable(name)
            # Narrower fields were made from the smaller scope.
            self._narrowed.clear()
            self._restrictions.clear()
        return known


class Substitution:
    """The map that puts the constants ``images`` in the place of the variables of these names."""

    def __init__(self, field: Field, images: Mapping[str, Constant]) -> None:
        self._field, self._variables = field, images
        self._images: dict[int, Constant] = {}

    def of(self, c: Constant) -> Constant:
        """The image of ``c``; raises ``Undecided`` or ``Undefined`` where it is not shown to exist."""
        if not self._field.depends(c) & self._variables.keys():
            return c
        n = self._sum(c.parts)
        return n if c.d.is_one() else n / self._sum(c.denominator_parts)

    def _sum(self, parts: Parts) -> Constant:
        total = self._field.number(0)
        for coefficient, powers in parts:
            term = self._field.number(coefficient)
            for place, exponent in powers:
                image = self._image(place)
                term = term * (image if exponent == 1 else image**exponent)
            total = total + term
        return total

    def _image(self, place: int) -> Constant:
        known = self._images.get(place)
        if known is None:
            g = self._field.generators[place]
            if not g.depends & self._variables.keys():
                known = self._field.generator(place)
            elif g.role is Role.LOG:
                known = self._field.log(self.of(g.argument))
            elif g.role is Role.EXP:
                known = self._field.exp(self.of(g.argument))
            else:
                known = self._variables[g.name]
            self._images[place] = known
        return known
