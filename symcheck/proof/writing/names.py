"""What the parameters of the checker's scope are in a field of one part of it, and the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symcheck.conditions.cases.parts import Part
from symcheck.field.constant_reading import constant
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.formula import Formula
from symcheck.proof.check import Scope, Tape
from symcheck.proof.writing.letters import NoProof
from symcheck.proof.writing.visible import Terms
from symcheck.proof.writing.writer import Writer


@dataclass(frozen=True)
class Line:
    """A variable of the field as ``start`` + ``slope`` times what the checker calls ``name``."""

    name: str
    start: Fraction
    slope: Fraction

    @property
    def terms(self) -> Terms:
        """The line as a polynomial."""
        return {m: c for m, c in {(): self.start, ((self.name, 1),): self.slope}.items() if c}

    def at(self, x: Fraction) -> Fraction:
        """The variable where the name has the value x."""
        return self.start + self.slope * x


@dataclass(frozen=True)
class Names:
    """``values``: elements by the names of the checker; ``lines``: the variables of the field in these names."""

    values: dict[str, Element]
    lines: dict[str, Line]

    @classmethod
    def of(cls, field: Field, part: Part, scope: Scope, meanings: Mapping[str, str]) -> Names:
        """The names in a ``scope`` that was split as ``part`` was cut; ``meanings`` of names that were parameters."""
        values = dict(_originals(field, part))
        for name, text in meanings.items():
            _solve(field, scope, name, text, values)
        return cls(values, {"C": Line("C", Fraction(0), Fraction(1)), **dict(_lines(field, scope, meanings, values))})

    @property
    def has_numbers(self) -> bool:
        """Whether a variable of the field is a number in the scope."""
        return not all(line.slope for line in self.lines.values())


def _originals(field: Field, part: Part) -> Iterator[tuple[str, Element]]:
    """The parameters of the whole scope, as the part writes them."""
    fresh = {r.fresh.name for r in part.rewritings if r.fresh is not None and r.fresh.name != r.parameter.name}
    known = {p.name: p for p in part.scope.parameters if p.name not in fresh} | {
        r.parameter.name: r.parameter for r in reversed(part.rewritings) if r.parameter.name not in fresh
    }
    for name, parameter in known.items():
        formula = Formula.of(parameter)
        for r in part.rewritings:
            formula = formula.with_terms({r.parameter.name: r.value})
        yield name, constant(field, formula)


def _solve(field: Field, scope: Scope, name: str, text: str, values: dict[str, Element]) -> None:
    """The value of what is new in ``name`` = ``text``, which is a line in it."""
    new = f"{name}_"
    if new in re.findall(r"\w+", text):
        at_0, at_1 = (_read(field, scope, text, {**values, new: x}) for x in (field.zero, field.one))
        width = at_1 - at_0
        # p = a + (a - a) q is a whatever q is.
        values[new] = field.zero if width.is_zero else (values[name] - at_0) * width.reciprocal()


def _read(field: Field, scope: Scope, text: str, values: dict[str, Element]) -> Element:
    """The number that a text stands for."""
    names = [*values]
    writer = Writer(field, None, values)
    return writer.read(Tape(text, scope, "split", names), names)[0][0]


def _lines(
    field: Field, scope: Scope, meanings: Mapping[str, str], values: dict[str, Element]
) -> Iterator[tuple[str, Line]]:
    """Each variable of the field but C as a line in a name of the checker."""
    one = Fraction(1)
    for p in field.scope.parameters:
        x = field.variable(p.name)
        forms = {x: (0 * one, one), -x: (0 * one, -one), field.one - x: (one, -one)}
        known = (Line(name, *forms[c]) for name, c in values.items() if c in forms and name in scope.parameters)
        fixed = meanings.get(p.name, "")
        if re.fullmatch(r"-?\d+(/\d+)?", fixed):
            yield p.name, Line(p.name, Fraction(fixed), 0 * one)
            continue
        line = next(known, None)
        if line is None:
            raise NoProof(f"{p.name} has no name in the checker's scope")
        yield p.name, line
