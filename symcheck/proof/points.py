"""Points of a scope: a whole number C, values of the parameters and entries of the arrays, as the scope has them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from symcheck.proof.check import ENDS, Refused, Scope, need, rational, shaped
from symcheck.proof.intervals import Interval

MOST_ENTRIES = 64
"""At most so many classes are written out."""

MOST_WORK = 40_000
"""At most so many terms of series are computed at one point."""

Rows: TypeAlias = Sequence[Sequence[Fraction]]

Ends: TypeAlias = Sequence[Any]
"""An interval: low, high, low_open, high_open, where None is no end."""


class Point:
    """The ``point`` of a statement: C, ``values`` of the parameters and rows of the ``arrays``, all in the scope.

    Rounded numbers have no value there and stand for all that lies in their interval.  ``sizes`` are those of the
    groups of equal entries that class-vectors have.  The parameters ``others`` are given their values later.
    """

    def __init__(self, statement: Mapping[str, Any], scope: Scope, others: Collection[str] = ()) -> None:
        (given, arrays) = shaped(statement, "statement", point="dict", arrays="list")
        (self.C,) = shaped(given, "point", C="int")
        need(scope.low <= self.C and (scope.high is None or scope.high >= self.C), "point.C", "it is not in the scope")
        self.values: dict[str, Interval] = {}
        self.arrays: dict[str, list[list[Interval]]] = {}
        self.sizes: list[int] = []
        self.work = 0
        self.integer: dict[str, bool] = {}
        for declared, (name, ends) in zip(statement["scope"]["parameters"], scope.parameters.items(), strict=True):
            interval = declared["interval"]
            self.integer[name] = interval.get("integer") is not False
            if interval.get("rounded"):
                low, high = ends[:2]
                if low is None or high is None:
                    raise Refused(f"point.{name}: a rounded number has an interval with two ends")
                self.values[name] = Interval(Fraction(low), Fraction(high))
            elif name in given or name not in others:
                self.given(name, Interval(named(given, name)), ends)
        for array in arrays:
            name, _ = shaped(array, "arrays", name="str", rule="NoneType")
            need(name not in scope.parameters and name not in self.arrays, f"arrays.{name[:40]}", "it has two meanings")
            self.arrays[name] = self._rows(name, array, given)

    def given(self, name: str, x: Interval, ends: Ends) -> None:
        """Gives a parameter its value."""
        need_inside(x, ends, f"point.{name}", integer=self.integer[name])
        self.values[name] = x

    def value(self, place: int) -> Interval:
        """The value of the parameter at this place of the scope; refused if it has none."""
        name = [*self.integer][place]
        need(name in self.values, f"point.{name}", "a value is needed")
        return self.values[name]

    def counted(self, terms: int) -> None:
        """Refused after too much work."""
        self.work += terms
        need(self.work <= MOST_WORK, "proof", "it asks for more work than is allowed")

    def _rows(self, name: str, array: Mapping[str, Any], given: Mapping[str, Any]) -> list[list[Interval]]:
        """The entries of an array: those that it has, up to their errors, or those of the point, if it is free."""
        entries, symmetric = array.get("entries"), array.get("symmetric")
        if entries is None:
            need(self.C <= MOST_ENTRIES, "point.C", f"at most {MOST_ENTRIES} classes are written out")
            places = range(1, self.C + 1)
            pairs = [[sorted((i, j)) if symmetric else [i, j] for j in places] for i in places]
            # Of a symmetric matrix the entries with i <= j are named.
            keys = (
                [[f"{name}[{i}]" for i in places]]
                if symmetric is None
                else [[f"{name}[{i},{j}]" for i, j in r] for r in pairs]
            )
            rows = [[named(given, key) for key in row] for row in keys]
            need_laws(rows, array, f"arrays.{name}")
            return [[Interval(x) for x in row] for row in rows]
        middle = fractions(entries, f"arrays.{name}")
        errors = fractions(array.get("errors") or [["0"] * len(row) for row in middle], f"arrays.{name}")
        shape = [self.C] * (1 if symmetric is None else self.C)
        need(
            [*map(len, middle)] == shape == [*map(len, errors)], f"arrays.{name}", "C entries, or C times C, are needed"
        )
        both = (zip(*rows, strict=True) for rows in zip(middle, errors, strict=True))
        return [[Interval(x - abs(error), x + abs(error)) for x, error in row] for row in both]


def named(data: Mapping[str, Any], name: str) -> Fraction:
    """The fraction that the point has under ``name``."""
    need(type(data.get(name)) is str, f"point.{name}", "a fraction in a text is needed")
    return rational(data[name], f"point.{name}")


def fractions(rows: Any, at: str) -> list[list[Fraction]]:
    """Rows of fractions in texts."""
    need(type(rows) is list and all(type(row) is list for row in rows), at, "rows of fractions are needed")
    need(all(type(x) is str for row in rows for x in row), at, "rows of fractions in texts are needed")
    return [[rational(x, at) for x in row] for row in rows]


def need_inside(x: Interval, interval: Ends, at: str, *, integer: bool) -> None:
    """Refused unless ``x`` lies in the interval (low, high, low_open, high_open), and is whole if it has to be."""
    low, high, low_open, high_open = interval
    above = low is None or x.low > low or (x.low == low and not low_open)
    below = high is None or x.high < high or (x.high == high and not high_open)
    need(above and below, at, "it does not lie in the interval of the scope")
    need(not integer or (x.low == x.high and x.low.denominator == 1), at, "it is no whole number")


def need_laws(rows: Rows, array: Mapping[str, Any], at: str) -> None:
    """Refused unless the entries of a class-vector or a matrix are such as its scope declares them."""
    (interval, sums), columns = shaped(array, at, interval="dict", sums="list"), [*zip(*rows, strict=True)]
    low, high, low_open, high_open, integer = shaped(interval, at, **ENDS, integer="bool")
    ends = (*(None if end is None else rational(end, at) for end in (low, high)), low_open, high_open)
    for x in (x for row in rows for x in row):
        need_inside(Interval(x), ends, at, integer=integer)
    for total, lines in zip(sums, (rows, columns), strict=False):
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
