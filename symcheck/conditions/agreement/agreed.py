"""Expansions at z = 0 that more than one derivation agrees on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from sympy import Expr, sstr

from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.indexed_field import IndexedField
from symcheck.language.formula import Formula
from symcheck.language.scope import FEWEST
from symcheck.readings.expansion import Expansion, Gradient
from symcheck.render.expression import text_as_it_stands

G = TypeVar("G", bound=Gradient[Element])


@dataclass(frozen=True)
class Agreement(ABC, Generic[G]):
    """``formula`` as it was read, ``constants``: the judge's expansion in ``field``, where C is a symbol or a number.

    ``compared`` lists the numbers of classes at which a reading that writes all classes out had no objection.
    """

    formula: Formula
    constants: G
    field: Field
    compared: tuple[int, ...]

    @property
    @abstractmethod
    def how(self) -> str:
        """What the derivatives were found by, in words."""

    @abstractmethod
    def text(self, entry: str, names: Mapping[int, str]) -> str:
        """One entry of the expansion as a reader is shown it, with its classes 0, 1, ... called ``names``."""


@dataclass(frozen=True)
class Agreed(Agreement[Expansion[Element]]):
    """The expansion of a formula that treats all classes alike; ``shown`` is the orbit reading's, in SymPy."""

    shown: Expansion[Expr]

    @property
    def how(self) -> str:
        """What the derivatives were found by, in words."""
        return "orbit and jet readings agree"

    def text(self, entry: str, names: Mapping[int, str] | None = None) -> str:  # noqa: ARG002
        """One entry of the expansion as SymPy found it, its terms in the order they stand in."""
        found = getattr(self.shown, entry)
        # A name of a case, tau_side, is not read again by a recheck: such a text stays as it always was.
        is_of_a_case = any(x.name.rstrip("_").endswith("_side") for x in found.free_symbols)
        try:
            try:
                return str(sstr(found, order="none")) if is_of_a_case else text_as_it_stands(found)
            except TypeError:  # a function that the grammar of formulas has no word for
                return str(sstr(found, order="none"))
        except ValueError:  # Python shows no integer of more than 4300 digits
            return "an expression with a number that is too long to be written"

    def taken_over(self, field: Field) -> Expansion[Element]:
        """The constants in another field of a scope that is the same, or narrower."""
        moved = self.constants.mapped(lambda c: self.field.restricted(c, field))
        # With two classes no k and l are different from y and from each other.
        return replace(moved, h_kl=None) if field.scope.classes.fixed == FEWEST else moved


@dataclass(frozen=True)
class AgreedIndices(Agreement[G]):
    """The expansion of a formula with free arrays for every C, in entries at named classes."""

    field: IndexedField

    @property
    def how(self) -> str:
        """What the derivatives were found by, in words."""
        numbers = " and ".join(f"C = {n}" for n in self.compared)
        return f"the jet reading with classes by name, equal to the labelled one at {numbers}"

    def text(self, entry: str, names: Mapping[int, str]) -> str:
        """One entry of the expansion, with its classes called ``names``."""
        return self.field.text(getattr(self.constants, entry), names)
