"""Points of a scope: a whole number C, values of the parameters and entries of the arrays, as the scope has them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Any

from symcheck.proof.check import INFINITE, Refused, Scope, need, shaped
from symcheck.proof.witnesses.arrays import Ends, named, need_inside, rows_of
from symcheck.proof.witnesses.intervals import Interval

MOST_WORK = 20_000
"""At most so many terms of series are computed at one point."""


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
                if INFINITE in (abs(low), abs(high)):
                    raise Refused(f"point.{name}: a rounded number has an interval with two ends")
                self.values[name] = Interval(Fraction(low), Fraction(high))
            elif name in given or name not in others:
                self.given(name, Interval(named(given, name)), ends)
        for array in arrays:
            (name,) = shaped(array, "arrays", name="str")
            need(name not in scope.parameters and name not in self.arrays, f"arrays.{name[:40]}", "it has two meanings")
            self.arrays[name] = rows_of(array, self.C, given)

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
