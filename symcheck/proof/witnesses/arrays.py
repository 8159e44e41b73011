"""Class-vectors and matrices at one C: entries that are given, that follow a rule, or that a point has, if they may."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from symcheck.proof.check import ENDS, need, rational, shaped
from symcheck.proof.witnesses.intervals import Interval

MOST_ENTRIES = 64
"""At most so many classes are written out."""

VECTOR_RULES: Mapping[str, Callable[[int, int], Fraction | int]] = {
    "first": lambda k, _: int(k == 1),
    "proportional": lambda k, n: Fraction(2 * k, n * (n + 1)),
    "rising": lambda k, _: 1 + Fraction(k - 1, 10),
}
MATRIX_RULES: Mapping[str, Callable[[int, int, int], Fraction | int]] = {
    "cyclic": lambda i, j, n: int(i % n == j - 1),
    "diagonal": lambda i, j, _: Fraction(i, 2) * (i == j),
    "pair_flip": lambda i, j, n: Fraction(7, 10) * (i == j) + Fraction(3, 10) * (i % n == j - 1),
}
"""The entries of arrays that follow a rule, by their places from 1 and C."""

Rows: TypeAlias = Sequence[Sequence[Fraction]]

Ends: TypeAlias = Sequence[Any]
"""An interval: low, high, low_open, high_open, where None is no end."""


def rows_of(array: Any, classes: int, given: Mapping[str, Any]) -> list[list[Interval]]:
    """The entries of an ``array`` as a certificate describes it, row by row; a class-vector is one row.

    Rounded entries are all that they may be; those of a free array are ``given`` by the names w[1] and A[1,2].
    """
    (name,) = shaped(array, "arrays", name="str")
    at, places, is_vector = f"arrays.{name[:40]}", range(1, classes + 1), "symmetric" not in array
    if array.get("entries") is not None:
        return _with_errors(array, at, [classes] * (1 if is_vector else classes))
    need(classes <= MOST_ENTRIES, "point.C", f"at most {MOST_ENTRIES} classes are written out")
    if array.get("rule") is not None:
        rule = array["rule"]
        need(
            type(rule) is str and rule in (VECTOR_RULES if is_vector else MATRIX_RULES), f"{at}.rule", "it is not known"
        )
        if is_vector:
            return [[Interval(Fraction(VECTOR_RULES[rule](k, classes))) for k in places]]
        return [[Interval(Fraction(MATRIX_RULES[rule](i, j, classes))) for j in places] for i in places]
    rows = [[named(given, key) for key in row] for row in _keys(name, places, array.get("symmetric"))]
    need_laws(rows, array, at)
    return [[Interval(x) for x in row] for row in rows]


def _with_errors(array: Mapping[str, Any], at: str, shape: list[int]) -> list[list[Interval]]:
    middle = fractions(array["entries"], at)
    errors = fractions(array.get("errors") or [["0"] * len(row) for row in middle], at)
    need([*map(len, middle)] == shape == [*map(len, errors)], at, "C entries, or C times C, are needed")
    both = (zip(*rows, strict=True) for rows in zip(middle, errors, strict=True))
    return [[Interval(x - abs(error), x + abs(error)) for x, error in row] for row in both]


def _keys(name: str, places: range, symmetric: Any) -> list[list[str]]:
    """The names of entries; of a symmetric matrix those with i <= j."""
    if symmetric is None:
        return [[f"{name}[{i}]" for i in places]]
    pairs = [[sorted((i, j)) if symmetric else [i, j] for j in places] for i in places]
    return [[f"{name}[{i},{j}]" for i, j in row] for row in pairs]


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
    need(len(sums) <= 2 and all(x is None or type(x) is str for x in sums), at, "sums are fractions in texts, or null")
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
