"""Points of a scope: a whole number C, values of the parameters and entries of the arrays, as the scope has them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

from symcheck.proof.check import Scope, need, rational, whole
from symcheck.proof.intervals import Interval

MOST_ENTRIES = 64
"""At most so many classes are written out."""

MOST_WORK = 40_000
"""At most so many terms of series are computed at one point."""

Rows = Sequence[Sequence[Fraction]]


class Point:
    """The ``point`` of a statement: C, ``values`` of the parameters and rows of the ``arrays``, all in the scope.

    Rounded numbers have no value there and stand for all that lies in their interval.  ``sizes`` are those of the
    groups of equal entries that class-vectors have.  The parameters ``others`` are given their values later.
    """

    def __init__(self, statement: Mapping[str, Any], scope: Scope, others: Collection[str] = ()) -> None:
        given = typed(statement, "point", dict)
        integer, rounded = typed(statement, "integer", list), typed(statement, "rounded", list)
        self.C: int = whole(given.get("C"), "point.C", scope.low, scope.high)
        self.values: dict[str, Interval] = {}
        self.arrays: dict[str, list[list[Interval]]] = {}
        self.sizes: list[int] = []
        self.work = 0
        used = {"C"}
        for name, interval in scope.parameters.items():
            at = f"point.{name}"
            if name in rounded:
                need(None not in interval[:2], at, "a rounded number has an interval with two ends")
                self.values[name] = Interval(*interval[:2])
                continue
            if name in others and name not in given:
                continue
            used.add(name)
            self.values[name] = Interval(rational(given.get(name), at))
            need_inside(self.values[name], interval, at, integer=name in integer)
        for name, array in typed(statement, "arrays", dict).items():
            at = f"arrays.{name}"
            need(type(array) is dict and array.get("rule") is None, at, "an array with an interval and laws is needed")
            if array.get("entries") is None:
                keys = self._keys(name, array)
                rows = [[rational(given.get(key), f"point.{key}") for key in row] for row in keys]
                used.update(key for row in keys for key in row)
                need_laws(rows, array, at)
                self.arrays[name] = [[Interval(x) for x in row] for row in rows]
            else:
                self.arrays[name] = self._given(array, at)
        extra = sorted(map(str, set(given) - used))
        need(not extra, "point", f"{', '.join(extra)[:40]} is no name of the scope")

    def value(self, name: str) -> Interval:
        """The value of a parameter; refused if it has none."""
        need(name in self.values, f"point.{name}", "a value is needed")
        return self.values[name]

    def counted(self, terms: int) -> None:
        """Refused after too much work."""
        self.work += terms
        need(self.work <= MOST_WORK, "proof", "it asks for more work than is allowed")

    def _keys(self, name: str, array: Mapping[str, Any]) -> list[list[str]]:
        """The names of the entries of a free array, row by row."""
        need(self.C <= MOST_ENTRIES, "point.C", f"at most {MOST_ENTRIES} classes are written out")
        places = range(1, self.C + 1)
        if "symmetric" not in array:
            return [[f"{name}[{i}]" for i in places]]
        # Of a symmetric matrix the entries with i <= j are named.
        pairs = [[sorted((i, j)) if array["symmetric"] else [i, j] for j in places] for i in places]
        return [[f"{name}[{i},{j}]" for i, j in row] for row in pairs]

    def _given(self, array: Mapping[str, Any], at: str) -> list[list[Interval]]:
        middle = fractions(array["entries"], at)
        errors = fractions(array.get("errors") or [["0"] * len(row) for row in middle], at)
        shape = [self.C] * (self.C if "symmetric" in array else 1)
        need([*map(len, middle)] == shape == [*map(len, errors)], at, "the entries are not those of C classes")
        pairs = (zip(*rows, strict=True) for rows in zip(middle, errors, strict=True))
        return [[Interval(x - abs(error), x + abs(error)) for x, error in row] for row in pairs]


def typed(data: Mapping[str, Any], name: str, kind: type) -> Any:
    """The field ``name``, which has to be of this ``kind``."""
    need(type(data.get(name)) is kind, name, f"a {kind.__name__} is needed")
    return data[name]


def fractions(rows: Any, at: str) -> list[list[Fraction]]:
    """Rows of fractions in texts."""
    need(type(rows) is list and all(type(row) is list for row in rows), at, "rows of fractions are needed")
    return [[rational(x, at) for x in row] for row in rows]


def need_inside(x: Interval, interval: Sequence[Any], at: str, *, integer: bool) -> None:
    """Refused unless ``x`` lies in the interval (low, high, low_open, high_open), and is whole if it has to be."""
    low, high, low_open, high_open = interval
    above = low is None or x.low > low or (x.low == low and not low_open)
    below = high is None or x.high < high or (x.high == high and not high_open)
    need(above and below, at, "it does not lie in the interval of the scope")
    need(not integer or (x.low == x.high and x.low.denominator == 1), at, "it is no whole number")


def need_laws(rows: Rows, array: Mapping[str, Any], at: str) -> None:
    """Refused unless the entries of a class-vector or a matrix are such as its scope declares them."""
    interval, columns = typed(array, "interval", dict), [*zip(*rows, strict=True)]
    low, high = (None if interval.get(end) is None else rational(interval[end], at) for end in ("low", "high"))
    ends = low, high, interval.get("low_open") is not False, interval.get("high_open") is not False
    for x in (x for row in rows for x in row):
        need_inside(Interval(x), ends, at, integer=interval.get("integer") is not False)
    for total, lines in zip(typed(array, "sums", list), (rows, columns), strict=False):
        need(
            total is None or {sum(line) for line in lines} == {rational(total, at)}, at, "the entries have another sum"
        )
    if array.get("positive_diagonal"):
        need(all(row[i] > 0 for i, row in enumerate(rows)), at, "an entry on the diagonal is not positive")
    if array.get("symmetric") or array.get("positive_definite"):
        need([*map(tuple, rows)] == columns, at, "it is not symmetric")
    if array.get("positive_definite"):
        need_definite([[*row] for row in rows], at)


def need_definite(rest: list[list[Fraction]], at: str) -> None:
    """Refused unless all pivots of a symmetric matrix are positive."""
    while rest:
        first, *others = rest
        need(first[0] > 0, at, "it is not positive definite")
        rest = [[x - row[0] * y / first[0] for x, y in zip(row[1:], first[1:], strict=True)] for row in others]
