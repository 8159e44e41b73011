"""The readings of derivatives: those of formulas, with the operators that entries of matrices need.

``same`` is 1 where two classes are one, ``entries`` the entry of a matrix at both, ``diagonal`` that at one class
twice, and ``row_total`` the class-vector of the sums of a quantity of two classes over the second one.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor

from flint import arb, arb_series

from symcheck.field.ball import entry_balls
from symcheck.field.element import Element
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.readings.everywhere import EverywhereReading, Value
from symcheck.readings.explicit.series import Series, SeriesReading


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

        return self._each(step, u, positive, otherwise)

    def pow(self, a: Value, b: Value) -> Value:
        # Whole powers outside, so that u^(3/2) and u^(1/2) are made of one root.
        n = b.at[()].rational if () in b.at else None
        if n is None or n.denominator == 1:
            return super().pow(a, b)
        whole, rest = (self.number(x) for x in (Fraction(floor(n)), n - floor(n)))
        return self.mul(super().pow(a, whole), super().pow(a, rest))

    def same(self) -> Value:
        return Value((1, 2), {(1, 2): self.field.number(0), (1, 1): self.field.number(1)})

    def row_total(self, q: Value) -> Value:
        wide = self._each(lambda x, _, __: x, q, self._any_entry(), self.second(self._any_entry()))
        return self._summed(wide)

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
    """The series reading of class-vectors and of quantities of two classes."""

    def entries(self, formula: Formula, count: int) -> Sequence[arb_series]:
        """All ``count`` entries, row by row."""
        found = self.read(formula).entries
        return found * (count // len(found))

    @property
    def _size(self) -> int:
        return len(self._logits.entries)

    def div(self, a: Series, b: Series) -> Series:
        if not any(x[0].is_zero() for x in b.entries):
            return super().div(a, b)
        return self.mul(a, self.pow(b, self.number(Fraction(-1))))

    def _power(self, base: arb_series, exponent: arb_series, base_moves: bool, exponent_moves: bool) -> arb_series:
        # Shares are 0 outside the support, where a branch leaves their powers out: a power of 0 that has no value is
        # a ball without bounds, which agrees with nothing once it is looked at.
        if base[0].is_zero() and not exponent[0] > 0:
            return arb_series([arb("nan")])
        return super()._power(base, exponent, base_moves, exponent_moves)

    def same(self) -> Series:
        n = self._size
        return Series(tuple(arb_series([int(i == j)]) for i in range(n) for j in range(n)), False)

    def row_total(self, q: Series) -> Series:
        n = self._size
        all_ = q.entries * (n * n // len(q.entries))
        return Series(tuple(sum(all_[i * n : (i + 1) * n], arb_series([])) for i in range(n)), q.moves)

    def _of_array(self, array: Array, op: str, args: list[Series]) -> Series:
        if op not in ("entries", "entries_turned", "diagonal"):
            return super()._of_array(array, op, args)
        rows = entry_balls(array)
        n = len(rows)
        if op == "diagonal":
            return Series(tuple(arb_series([rows[i][i]]) for i in range(n)), False)
        turned = op == "entries_turned"
        return Series(
            tuple(arb_series([rows[j][i] if turned else rows[i][j]]) for i in range(n) for j in range(n)), False
        )
