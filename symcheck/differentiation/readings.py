"""The readings of derivatives: those of formulas, with the operators that entries of matrices need.

``same`` is 1 where two classes are one, ``entries`` the entry of a matrix at both, ``diagonal`` that at one class
twice, and ``row_total`` the class-vector of the sums of a quantity of two classes over the second one.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from fractions import Fraction
from itertools import chain
from math import floor

from flint import arb

from symcheck.field.ball import entry_balls
from symcheck.field.element import Element
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.readings.everywhere import EverywhereReading, Value
from symcheck.readings.explicit.series import Entries, Entry, SeriesReading, at_0, like


class EntriesReading(EverywhereReading):
    """The everywhere reading of class-vectors and of quantities of two classes."""

    def entry(self, formula: Formula, *places: int) -> Element:
        """The entry at these named classes, of which y is 0; classes that are one have the least of their names."""
        value = self.read(formula)
        at = dict(zip((1, 2), places, strict=False)) | {0: 0}
        names: dict[int, int] = {}
        pattern = tuple(names.setdefault(at[n], n) for n in value.indices)
        return self.field.renamed(value.at[pattern], {name: place for place, name in names.items()})

    def branch(self, u: Value, positive: Value, otherwise: Value) -> Value:
        # Away from the kink a step is (1 + |u|/u)/2: then |u| and steps of u meet in one name, whatever the sign of u.
        half = self.field.number(Fraction(1, 2))

        def step(x: Element, a: Element, b: Element) -> Element:
            return b + (a - b) * half * (self.field.absolute(x) / x + self.field.one)

        return self.each(step, u, positive, otherwise)

    def pow(self, a: Value, b: Value) -> Value:
        # Whole powers outside, so that u^(3/2) and u^(1/2) are made of one root.
        n = b.at[()].rational if () in b.at else None
        if n is None or n.denominator == 1:
            return self.each(self.field.power, a, b)
        parts = (Fraction(floor(n)), n - floor(n))
        return self.each(operator.mul, *(self.each(self.field.power, a, self.number(x)) for x in parts))

    def same(self) -> Value:
        return Value((1, 2), {(1, 2): self.field.number(0), (1, 1): self.field.number(1)})

    def row_total(self, q: Value) -> Value:
        return self._summed(self._wide_pairs(q))

    def _of_array(self, array: Array, op: str, args: list[Value]) -> Value:
        if op not in ("entries", "entries_turned", "diagonal"):
            return super()._of_array(array, op, args)
        assert isinstance(array, MatrixArray)
        at_one = self.field.entry(array, 1, 1)
        if op == "diagonal":
            return Value((1,), {(1,): at_one})
        places = (1, 2) if op == "entries" else (2, 1)
        return Value((1, 2), {(1, 2): self.field.entry(array, *places), (1, 1): at_one})


class EntriesSeries(SeriesReading):
    """The values of class-vectors and of quantities of two classes in balls."""

    def entries(self, formula: Formula, count: int) -> Sequence[arb]:
        """All ``count`` entries at t = 0, row by row."""
        found = self.read(formula)
        return [at_0(x) for x in found * (count // len(found))]

    def div(self, a: Entries, b: Entries) -> Entries:
        if not any(at_0(x).is_zero() for x in b):
            return super().div(a, b)
        return self.mul(a, self.pow(b, self.number(Fraction(-1))))

    def _power(self, base: Entry, exponent: Entry) -> Entry:
        # Shares are 0 outside the support, where a branch leaves their powers out: a power of 0 that has no value is
        # a ball without bounds, which agrees with nothing once it is looked at.
        if at_0(base).is_zero() and not at_0(exponent) > 0:
            return like(base, arb("nan"))
        return super()._power(base, exponent)

    def same(self) -> Entries:
        return tuple(self.constant(Fraction(i == j)) for i in range(self.count) for j in range(self.count))

    def row_total(self, q: Entries) -> Entries:
        n = self.count
        every = q * (n * n // len(q))
        return tuple(self.summed(every[i * n : (i + 1) * n]) for i in range(n))

    def _of_array(self, array: Array, op: str, args: list[Entries]) -> Entries:
        if op not in ("entries", "entries_turned", "diagonal"):
            return super()._of_array(array, op, args)
        rows = entry_balls(array)
        if op == "diagonal":
            return tuple(row[i] for i, row in enumerate(rows))
        return tuple(chain.from_iterable(zip(*rows, strict=True) if op == "entries_turned" else rows))
