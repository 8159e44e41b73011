"""The derivatives at z = 0 of a loss or of a regularizer, by the label and by the places they are taken in.

A formula that treats all classes alike has jets; one that does not has the tables of the labelled reading, which stop
at the second derivatives.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from itertools import product

from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.growing import GrowingField
from symcheck.language.formula import Formula
from symcheck.language.operators import JOINED
from symcheck.readings.jet import JetReading
from symcheck.readings.jet_arithmetic import Jet
from symcheck.readings.labelled import LabelledReading, Table
from symcheck.readings.pattern import canonical
from symcheck.readings.stops import kink
from symcheck.readings.weight import polynomial_degree

Vector = dict[int, Element]
"""A class-vector by the places where it is not 0."""

NOT_SMOOTH = "a power is not as often differentiable at z = 0 as an order of convergence asks for"


class Derivatives(ABC):
    """Those of a ``formula``, in a ``field``; ``degree`` bounds its degree as a polynomial in z, if it is one."""

    is_alike = True
    """Whether they treat all classes alike, so that places that differ by their names give the same."""

    def __init__(self, formula: Formula, field: Field) -> None:
        self.formula, self.field = formula, field
        self.degree = polynomial_degree(formula)

    @property
    @abstractmethod
    def label(self) -> bool:
        """Whether they may depend on the label."""

    @abstractmethod
    def at(self, y: int, *places: int) -> Element:
        """The derivative of the formula for the label y in z_k, z_l, ..., all of ``places``."""

    def vanish(self, order: int) -> bool:
        """Whether those of this order are 0 because the formula is a polynomial of a lower degree."""
        return self.degree is not None and self.degree < order

    def are_known(self, order: int) -> bool:  # noqa: ARG002
        """Whether those of this order are read."""
        return True

    @abstractmethod
    def require(self, order: int) -> None:
        """Raise ``Undecided`` unless those of this order exist."""

    def along(self, y: int, place: int, vectors: tuple[Vector, ...]) -> Element:
        """The entry ``place`` of T[u, v, ...] for the derivative T of the formula."""
        terms = []
        for chosen in product(*(v.items() for v in vectors)):
            c = self.at(y, place, *(k for k, _ in chosen))
            for _, x in chosen if not c.is_zero else ():
                c = c * x
            terms.append(c)
        return self.field.sum(terms)


class JetDerivatives(Derivatives):
    """Those of a formula that treats all classes alike: a place is any name of a class."""

    def __init__(self, formula: Formula, field: Field) -> None:
        super().__init__(formula, field)
        self._jets: dict[int, Jet] = {}

    @cached_property
    def label(self) -> bool:
        return self._jet(2).label

    def at(self, y: int, *places: int) -> Element:
        jet = self._jet(len(places))
        pattern = canonical((y, *places) if jet.label else places, jet.fixed)
        return jet.at.get(pattern, self.field.number(0))

    def require(self, order: int) -> None:
        if not self.vanish(order):
            self._jet(order)

    def _jet(self, order: int) -> Jet:
        if order not in self._jets:
            self._jets[order] = JetReading(self.field, order).read(self.formula)
        return self._jets[order]


class TableDerivatives(Derivatives):
    """Those of one that treats classes differently, at one C: a place is the number of a class."""

    is_alike = False

    def __init__(self, formula: Formula, field: GrowingField) -> None:
        super().__init__(formula, field)
        self._table: Table = LabelledReading(field).read(formula)

    @property
    def label(self) -> bool:
        return self._table.label

    def are_known(self, order: int) -> bool:
        return order <= 2

    def require(self, order: int) -> None:
        # Every other operator is analytic where the reading takes it.
        for place, node in enumerate(self.formula.nodes):
            if node.op in JOINED:
                exponent = self.formula.nodes[node.args[1]].number
                # u^k with u >= 0 counts twice, as u is 0 to second order where it is 0.
                smooth = None if exponent is None else exponent if node.op == "abs_power" else 2 * exponent
                if smooth is None or smooth <= order:
                    raise kink(NOT_SMOOTH).at(self.formula.named(place))

    def at(self, y: int, *places: int) -> Element:
        k, m = sorted(places)
        return self._table.at(y, 0).second.get((k, m), self.field.number(0))
