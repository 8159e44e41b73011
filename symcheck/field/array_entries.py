"""The entries of arrays at one C as constants: numbers where they are given, free parameters where they are not."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symcheck.field.element import Element
from symcheck.field.growing import GrowingField, Substitution
from symcheck.language.array import Array
from symcheck.language.interval import Interval
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.vector_array import VectorArray
from symcheck.reason import Undecided


def entry_interval(array: Array, *, diagonal: bool = False) -> Interval:
    """Where an entry of ``array`` lies, by its interval, its sums and its definiteness."""
    interval = array.interval
    sums: tuple[Fraction | None, ...] = (array.total,) if isinstance(array, VectorArray) else ()
    if isinstance(array, MatrixArray):
        sums = (array.rows, array.columns)
        if array.loops and diagonal and (interval.low is None or interval.low <= 0):
            interval = Interval(Fraction(0), interval.high, low_open=True, high_open=interval.high_open)
    ends = [s for s in sums if s is not None]
    if ends and array.interval.low is not None and array.interval.low >= 0:
        # the other entries, of which there is at least one, are at least as large as the lower end
        high = min(ends) - array.interval.low
        if interval.high is None or high < interval.high:
            interval = Interval(interval.low, high, low_open=interval.low_open, high_open=array.interval.low_open)
    return interval


class ArrayEntries:
    """The entries of arrays in a field with one C.  Free ones have the names ``w[1]`` and ``A[1,2]``.

    ``given`` holds arrays with entries that stand for free ones of the same names.
    """

    def __init__(self, field: GrowingField, given: Mapping[str, Array] | None = None) -> None:
        assert field.scope.classes.fixed is not None
        self._field, self._count = field, field.scope.classes.fixed
        self._given = given or {}
        self._free: dict[str, Array] = {}
        self._by_rule: dict[str, Array] = {}
        self._rules: dict[str, Substitution] = {}
        self._rounded: dict[tuple[str, Interval], tuple[int, int]] = {}

    def of(self, array: Array, *places: int) -> Element:
        """The entry of ``array`` at ``places``, which count from 0."""
        array = self._given.get(array.name, array)
        if not array.is_free:
            array = self._given_entries(array)
        if array.values is not None:
            row, column = places if len(places) > 1 else (0, places[0])
            return self._given_entry(array, row, column)
        self._free[array.name] = array
        if isinstance(array, MatrixArray) and array.symmetric:
            places = tuple(sorted(places))
        name = f"{array.name}[{','.join(str(p + 1) for p in places)}]"
        return self._field.atom(name, entry_interval(array, diagonal=len(set(places)) < len(places)))

    def _given_entries(self, array: Array) -> Array:
        """The array with its entries at this C, worked out once."""
        known = self._by_rule.get(array.name)
        if known is None:
            known = self._by_rule[array.name] = array.at_default(self._count)
        return known

    def _given_entry(self, array: Array, row: int, column: int) -> Element:
        """A number; if it is rounded, a parameter that stands for all entries that were rounded to this number."""
        assert array.values is not None
        value, inside = array.values[row][column], array.range_of(row, column)
        if inside is None:
            return self._field.number(value)
        first = self._rounded.setdefault((array.name, inside), (row, column))
        places = first if isinstance(array, MatrixArray) else first[1:]
        return self._field.atom(f"{array.name}[{','.join(str(p + 1) for p in places)}]", inside)

    def closed(self, c: Element) -> Element:
        """``c`` with the known sums of arrays put in, if it does not depend on the array any more then."""
        for name, array in self._free.items():
            # Sums are put in only where the array is gone then: else w[3] would be written as 1 - w[1] - w[2] all
            # over.
            if _has_sums(array) and any(v.startswith(f"{name}[") for v in self._field.depends(c)):
                other = self._reduced(c, array)
                if not any(v.startswith(f"{name}[") for v in self._field.depends(other)):
                    c = other
        return c

    def reduced(self, c: Element) -> Element:
        """``c`` with as few entries of arrays as their known sums allow: 0 here is a proof that c is 0."""
        for array in self._free.values():
            if _has_sums(array):
                c = self._reduced(c, array)
        return c

    def _reduced(self, c: Element, array: Array) -> Element:
        rule = self._rules.get(array.name)
        if rule is None:
            images = self._vector_images(array) if isinstance(array, VectorArray) else self._matrix_images(array)
            rule = self._rules[array.name] = Substitution(self._field, images)
        try:
            return rule.of(c)
        except Undecided:  # the logarithm of a difference that is not shown to be positive
            return c

    def _vector_images(self, array: VectorArray) -> dict[str, Element]:
        assert array.total is not None
        last = self._count - 1
        rest = self._field.number(array.total)
        for i in range(last):
            rest = rest - self.of(array, i)
        return {f"{array.name}[{last + 1}]": rest}

    def _matrix_images(self, array: Array) -> dict[str, Element]:
        """The last column by the row sums and the last row by the column sums; of a symmetric one the diagonal."""
        assert isinstance(array, MatrixArray)
        n, found = self._count, {}
        if array.symmetric:
            assert array.rows is not None
            for i in range(n):
                rest = self._field.number(array.rows)
                for j in range(n):
                    rest = rest if j == i else rest - self.of(array, i, j)
                found[f"{array.name}[{i + 1},{i + 1}]"] = rest
            return found

        def last_of(line: list[Element], sum_: Fraction) -> Element:
            rest = self._field.number(sum_)
            for x in line:
                rest = rest - x
            return rest

        rows = range(n if array.columns is None else n - 1)
        columns = range(n if array.rows is None else n - 1)
        inner = {(i, j): self.of(array, i, j) for i in rows for j in columns}
        if array.columns is not None:
            for j in columns:
                inner[n - 1, j] = last_of([inner[i, j] for i in rows], array.columns)
                found[f"{array.name}[{n},{j + 1}]"] = inner[n - 1, j]
        if array.rows is not None:
            for i in range(n):
                found[f"{array.name}[{i + 1},{n}]"] = last_of([inner[i, j] for j in columns], array.rows)
        return found


def _has_sums(array: Array) -> bool:
    if isinstance(array, VectorArray):
        return array.total is not None
    return isinstance(array, MatrixArray) and (array.rows is not None or array.columns is not None)
