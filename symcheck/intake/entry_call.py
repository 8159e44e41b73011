"""Calls of entries of the catalogue in formula strings: ``gce(q=7/10)``, ``class_weighted_ce(w=[1, 10, 1])``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import cast

from symcheck.entry import Entry, Indexed, Value
from symcheck.errors import FormulaError, ParameterError, SymcheckError, did_you_mean
from symcheck.intake.calls import Call
from symcheck.language.classwise import ClassParameter, MatrixParameter, parameter_of
from symcheck.language.formula import symbols
from symcheck.language.parameter import Parameter
from symcheck.language.scores import score_symbols
from symcheck.language.term import Label, Scalar, Term
from symcheck.losses.base import Loss
from symcheck.preferences.base import Preference
from symcheck.regularizers.base import Regularizer

Known = Mapping[str, Term | MatrixParameter]
"""The parameters, numbers and arrays that a formula string may name."""


@dataclass(frozen=True)
class EntryCall(Call):
    """``gce(q=7/10)``: the entry with ``values`` for its parameters, of which those ``known`` by name need none."""

    entry: Entry = field(kw_only=True)
    known: Known = field(kw_only=True)
    values: dict[str, Value] = field(default_factory=dict)

    @classmethod
    def of(cls, entry: Entry, known: Known) -> EntryCall:
        """The call of ``entry``, with nothing in its brackets so far."""
        values = {n: _value(n, known[n]) for n in (*entry.declared, *entry.declared_arrays) if n in known}
        return cls(entry.name, entry=entry, known=known, values=values)

    @property
    def declared(self) -> dict[str, Parameter | Indexed]:
        """The parameters of the entry, by name."""
        return {**self.entry.declared, **self.entry.declared_arrays}

    def begin(self, argument: str = "") -> str | None:
        """Open the parameter called ``argument``; what is wrong with that, if something is."""
        if not argument:
            return f"gives {self.name} a value without the name of a parameter"
        if argument in self.by_name:
            return f"gives {self.name} the parameter {argument} twice"
        if argument not in self.declared:
            near = did_you_mean(argument, self.declared)
            return f"gives {self.name} the parameter {argument}, which it does not have{near}"
        self.by_name.append(argument)
        self.open.append(argument)
        return None

    def end(self, value: Term | Label) -> None:
        """``value`` for the parameter that is open."""
        assert isinstance(value, Term)
        self.values[self.open.pop()] = _value(self.by_name[-1], value)

    def end_listed(self, text: str) -> None:
        """The entries that ``text`` lists for the parameter that is open: ``[1, 10, 1]``, or rows of a matrix."""
        argument = self.open.pop()
        if argument not in self.entry.declared_arrays:
            raise ParameterError(f"{argument}: got the list {text}; accepted is a number, as 7/10")
        inner = text[1:-1].strip()
        rows = re.split(r"\]\s*,\s*\[", inner[1:-1]) if inner.startswith("[") and inner.endswith("]") else [inner]
        self.values[argument] = ";".join(rows)

    def end_named(self, name: str) -> None:
        """What is known by ``name`` for the parameter that is open, or that parameter, free under this name."""
        argument = self.open.pop()
        known = self.known.get(name)
        self.values[argument] = renamed(self.declared[argument], name) if known is None else _value(argument, known)

    def missing(self) -> str | None:
        """Why the entry does not take these values, if it does not."""
        try:
            self.entry.at(**self.values)
        except SymcheckError as error:
            return f"gives {self.name} a value that it does not take: {error}"
        return None

    @property
    def called(self) -> Entry:
        """The entry with the values."""
        return self.entry.at(**self.values)

    @property
    def value(self) -> Term:
        """The entry as a part of the formula."""
        z, y = symbols()
        entry = self.called
        if isinstance(entry, Preference):
            return entry.formula(*score_symbols(*entry.scores))
        return entry.formula(z, y) if isinstance(entry, Loss) else cast(Regularizer, entry).formula(z)

    @property
    def form(self) -> str:
        """How the call is written."""
        shown = (f"{n}=[...]" if n in self.entry.declared_arrays else f"{n}=..." for n in self.declared)
        return f"{self.name}({', '.join(shown)})" if self.declared else self.name


_NO_NUMBERS = ("oo", "inf", "infinity", "nan")
"""Names that are meant as values."""


def renamed(declared: Parameter | Indexed, name: str) -> Parameter | Indexed:
    """The parameter ``declared``, called ``name``; raises ``ParameterError`` for a name that no parameter may have."""
    Parameter(name)  # the rules for names
    if name.lower() in _NO_NUMBERS:
        raise ParameterError(f"{name}: it is no number; give a number, or another name for a parameter that stays free")
    if isinstance(declared, Parameter):
        return Parameter.of(name, declared.interval, declared.default)
    return parameter_of(replace(declared.array, name=name))


def _value(argument: str, given: Term | MatrixParameter) -> Value:
    """``given`` as an entry takes it: a number, or a parameter."""
    if isinstance(given, (Parameter, ClassParameter, MatrixParameter)):
        return given
    if isinstance(given.data, Fraction) and isinstance(given, Scalar):
        return given.data
    raise FormulaError(f"{argument}: accepted are a number, as 7/10, and the name of a parameter")
