"""Class-vectors: arrays with one entry for each class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from symcheck.language.array import FEWEST, Array, Entries
from symcheck.language.rules import VECTOR_RULES, Rule
from symcheck.language.samples import Matrix, Vector, vectors

MOST_TRIED = 10_000
"""Whether entries with a given sum fit an interval is looked at for so many numbers of classes."""


@dataclass(frozen=True)
class VectorArray(Array):
    """A class-vector w_1, ..., w_C with every entry in ``interval`` and, if ``total`` is given, that sum."""

    total: Fraction | None = None

    @property
    def kind(self) -> str:
        return "a class-vector"

    @property
    def has_laws(self) -> bool:
        return self.total is not None

    @property
    def _example(self) -> str:
        return "a sequence of numbers such as (1, 2, 1)"

    @property
    def entries(self) -> Entries:
        return self.vector

    @property
    def vector(self) -> Vector:
        """The given entries."""
        assert self.values is not None
        return self.values[0]

    @cached_property
    def level(self) -> Fraction | None:
        """The one number that all the entries are, if they are given and equal."""
        if self.values is None or self.is_rounded:
            return None
        return self.values[0][0] if len(set(self.values[0])) == 1 else None

    def _can_exist(self) -> bool:
        low, high, total = self.interval.low, self.interval.high, self.total
        if total is None:
            return True
        # Entries of at least 1 with the sum 3 exist for C = 2 and 3 only: some C is enough here.
        inside = range(FEWEST, MOST_TRIED)
        return any((low is None or n * low <= total) and (high is None or total <= n * high) for n in inside)

    def objection(self, values: Matrix) -> str:
        (row,) = values
        if len(row) < FEWEST:
            return f"got {len(row)} entries; give one for each of at least {FEWEST} classes"
        if self.total is not None and sum(row) != self.total:
            return f"got entries with the sum {sum(row)}; accepted is the sum {self.total}"
        return self._outside(values)

    def _samples(self, classes: int) -> Iterator[Matrix]:
        return ((row,) for row in vectors(self.interval, self.total, classes))

    @property
    def _rules(self) -> Mapping[str, Rule]:
        return VECTOR_RULES

    def _read(self, entries: Entries) -> Matrix:
        return (self._row(entries),)

    def _objection_to(self, other: Array) -> str:
        assert isinstance(other, VectorArray)
        if not other.interval.within(self.interval):
            return f"got {other.name} with entries in {other.interval}; accepted are entries in {self.interval}"
        if self.total is not None and other.total != self.total:
            return f"got {other.name} without the sum {self.total}"
        return ""

    def __str__(self) -> str:
        if self.is_rounded:
            return f"{self.name} = {self.entries_text}"
        if self.values is not None:
            return f"{self.name} = ({', '.join(map(str, self.vector))})"
        if self.rule is not None:
            return f"{self.name} = {self.rule}"
        total = "" if self.total is None else f" with the sum {self.total}"
        return f"{self.name}_k in {self.interval}{total}"
