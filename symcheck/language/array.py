"""Arrays: what is known of a parameter that has one entry for each class, or for each pair of classes.

An array is plain data: a name, where its entries lie, what they add up to, and the entries themselves if they
are given.  Given entries fix the number of classes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import chain
from typing import Self

from symcheck.errors import ParameterError, shown
from symcheck.language.exact import Number, exact_or_text
from symcheck.language.fields_only import FieldsOnly
from symcheck.language.interval import Interval
from symcheck.language.rules import Rule
from symcheck.language.samples import Matrix, Vector

Entries = Sequence[Number | str] | Sequence[Sequence[Number | str]]
"""How the entries of an array are handed in: exact numbers or their texts, a matrix row by row."""

LONGEST_SHOWN = 60
"""Entries are shown in up to so many characters."""

FEWEST = 2
"""A classification problem has at least two classes."""


@dataclass(frozen=True)
class Array(FieldsOnly, ABC):
    """``values`` are the entries if they are given, as rows: a class-vector is one row.

    ``rule`` names the rule that gives the entries for every C; ``default`` the one that gives the entries to
    train with, of an array that is free.  ``errors``, of the shape of ``values``, are there if these are rounded:
    the greatest error of each of them.
    """

    name: str
    interval: Interval
    values: Matrix | None = None
    rule: str | None = None
    # What one trains with says nothing about what is certified, so it does not make two arrays different.
    default: str | None = field(default=None, compare=False)
    errors: Matrix | None = None

    @property
    def is_rounded(self) -> bool:
        """Whether its entries are known up to rounding only."""
        return self.errors is not None

    def range_of(self, row: int, column: int) -> Interval | None:
        """Where the given entry at this place lies, if it is rounded."""
        if self.values is None or self.errors is None or not self.errors[row][column]:
            return None
        return Interval.around(self.values[row][column], self.errors[row][column])

    @cached_property
    def floats(self) -> tuple[tuple[float, ...], ...]:
        """The given entries as floats."""
        return tuple(tuple(map(float, row)) for row in self.values or ())

    @cached_property
    def rounded_count(self) -> int:
        """How many different rounded numbers there are among its entries."""
        places = [(i, j) for i, row in enumerate(self.errors or ()) for j in range(len(row))]
        return len({r for r in (self.range_of(i, j) for i, j in places) if r is not None})

    @cached_property
    def ends(self) -> tuple[Fraction, Fraction] | None:
        """The least and the greatest number that a given entry may be, None if the entries are not given."""
        if self.values is None:
            return None
        errors = self.errors or tuple((Fraction(0),) * len(row) for row in self.values)
        pairs = [
            pair for row, bounds in zip(self.values, errors, strict=True) for pair in zip(row, bounds, strict=True)
        ]
        return min(x - e for x, e in pairs), max(x + e for x, e in pairs)

    @property
    def is_free(self) -> bool:
        """Whether its entries are neither given nor follow a rule."""
        return self.values is None and self.rule is None

    @property
    def classes(self) -> int | None:
        """The number of classes that given entries are for."""
        return None if self.values is None else len(self.values[0])

    def rounded(self, errors: Matrix) -> Self:
        """This array with its given entries rounded, each with an error of at most that in ``errors``."""
        if self.values is None or [len(row) for row in errors] != [len(row) for row in self.values]:
            raise ParameterError(f"{self.name}: got errors that are not one for each of its given entries")
        if any(e < 0 for e in chain.from_iterable(errors)):
            raise ParameterError(f"{self.name}: got an error below 0; accepted are greatest absolute errors")
        # Rounded entries need not add up to the sum that was declared, and a rounded matrix need not be symmetric.
        if self.has_laws:
            raise ParameterError(f"{self.name}: got errors, and what is declared of its entries holds for exact ones")
        return replace(self, errors=errors if any(chain.from_iterable(errors)) else None)

    @property
    def entries_text(self) -> str:
        """The given entries, or how many there are if they fill more than a line or are rounded."""
        rows = self.values or ()
        many = f"{len(rows)} x {self.classes}" if len(rows) > 1 else f"{self.classes}"
        if self.is_rounded:
            return f"{many} rounded entries"
        text = str(self).partition(" = ")[2]
        return text if len(text) <= LONGEST_SHOWN else f"{many} entries"

    @property
    def entries(self) -> Entries:
        """The given entries, as ``given`` takes them."""
        return self.values or ()

    def given(self, entries: Entries) -> Self:
        """This array with ``entries``; raises ``ParameterError`` if they are not of its kind, or not in its range."""
        if self.rule is not None:
            raise ParameterError(f"{self.name}: got entries, and its rule {self.rule} gives them for every C")
        values = self._read(entries)
        problem = self.objection(values)
        if problem:
            raise ParameterError(f"{self.name}: {problem}")
        return replace(self, values=values)

    def at_default(self, classes: int) -> Self:
        """This array with entries for ``classes`` classes: those of its rule or its default, or the given ones."""
        if self.values is not None:
            return self
        name = self.rule or self.default
        if name is None:
            raise ParameterError(f"{self.name}: it has no default entries; give it a sequence of numbers")
        return replace(self, values=self._rules[name](classes), rule=None)

    def check(self) -> None:
        """Raise ``ParameterError`` if nothing fits it, or unless its rules are known and fit it at small C."""
        if not self._can_exist():
            raise ParameterError(f"{self.name}: there is no {self}; give another interval or another sum")
        for name in (self.rule, self.default):
            if name is None:
                continue
            if not isinstance(name, str) or name not in self._rules:
                known = ", ".join(self._rules)
                raise ParameterError(
                    f"{self.name}: got the rule {shown(name, 80)}; the rules for {self.kind} are {known}"
                )
            for classes in (2, 3, 5):
                problem = self.objection(self._rules[name](classes))
                if problem:
                    raise ParameterError(f"{self.name}: by its rule {name} it has at C = {classes} {problem}")

    def restricted(self, other: Self) -> Self:
        """``other`` in the place of this one, if all that it may be is accepted here."""
        if type(other) is not type(self):
            raise ParameterError(f"{self.name}: got {other.name}, which is {other.kind}; accepted is {self.kind}")
        if self.rule is not None and other.rule != self.rule:
            raise ParameterError(f"{self.name}: its rule {self.rule} gives its entries, and {other.name} has others")
        problem = self.objection(other.values) if other.values is not None else self._objection_to(other)
        if problem:
            raise ParameterError(f"{self.name}: {problem}")
        return other

    def _can_exist(self) -> bool:
        """Whether there may be entries for some number of classes."""
        return True

    @property
    @abstractmethod
    def has_laws(self) -> bool:
        """Whether more is declared of its entries than where each of them lies."""

    @property
    @abstractmethod
    def _rules(self) -> Mapping[str, Rule]: ...

    @property
    @abstractmethod
    def kind(self) -> str:
        """What it is, in words."""

    @abstractmethod
    def objection(self, values: Matrix) -> str:
        """Why these entries are not accepted, or nothing."""

    def samples(self, classes: int) -> Iterator[Self]:
        """This array with a few small entries that it accepts, the most regular ones first."""
        if self.rule is not None:
            yield self.at_default(classes)
        else:
            # Samples are made without a look at what is declared; those that do not fit are left out afterwards.
            yield from self._candidates(self._samples(classes))

    @abstractmethod
    def _samples(self, classes: int) -> Iterator[Matrix]: ...
    @abstractmethod
    def _read(self, entries: Entries) -> Matrix: ...
    @abstractmethod
    def _objection_to(self, other: Self) -> str: ...

    def _row(self, entries: object, where: str = "") -> Vector:
        if isinstance(entries, str) or not isinstance(entries, Sequence):
            raise ParameterError(
                f"{self.name}{where}: got {shown(entries, 80)}; give {self.kind} as {self._example}, an entry for "
                "each class"
            )
        return tuple(exact_or_text(e, f"{self.name}{where}[{i + 1}]") for i, e in enumerate(entries))

    @property
    @abstractmethod
    def _example(self) -> str: ...

    def _outside(self, values: Matrix) -> str:
        wrong = next((v for v in chain.from_iterable(values) if v not in self.interval), None)
        return "" if wrong is None else f"got the entry {wrong}; accepted are entries in {self.interval}"

    def _candidates(self, found: Iterator[Matrix]) -> Iterator[Self]:
        seen: set[Matrix] = set()
        for values in found:
            if values not in seen and not self.objection(values):
                seen.add(values)
                yield replace(self, values=values)
