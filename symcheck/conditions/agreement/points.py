"""Points of a scope with arrays: one C, entries for the free arrays, values for the free parameters.

Rounded numbers have no values there: what is shown at a point holds wherever in their intervals they lie.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, islice

from symcheck.budget import Budget
from symcheck.conditions.agreement.sample_point import sample_values
from symcheck.findings.witness import Witness
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.interval import Interval
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.language.vector_array import VectorArray
from symcheck.readings.labelled import LabelledExpansion, labelled_expansion
from symcheck.reason import Undecided

MOST = 40
"""At most so many points of one number of classes are looked at."""

MOST_ENTRIES = 10_000
"""Free arrays with more entries than this have no points."""


@dataclass(frozen=True)
class ArrayPoint:
    """One point: the number of ``classes``, ``arrays`` with their entries, and the ``values`` of parameters.

    ``rounded`` are the parameters that have no value here.
    """

    classes: int
    arrays: Mapping[str, Array] = field(default_factory=dict)
    values: Mapping[str, Fraction] = field(default_factory=dict)
    rounded: tuple[Parameter, ...] = ()

    def formula(self, formula: Formula) -> Formula:
        """``formula`` at this point: nothing in it is free."""
        return formula.with_arrays(self.arrays).with_values(self.values)

    @property
    def scope(self) -> Scope:
        """The scope that this point is."""
        return Scope(Classes(self.classes, self.classes), self.rounded)

    @property
    def named(self) -> dict[str, Fraction]:
        """The values of parameters, and of the entries of arrays by the names ``w[1]`` and ``A[1,2]``."""
        return {**self.values, **entries_named(self.arrays)}

    def witness(self, quantity: str, value: str, expected: str, decimal: str = "") -> Witness:
        """The witness that ``quantity`` is ``value`` here."""
        return Witness(self.classes, quantity, value, expected, decimal, self.named)


def entries_named(arrays: Mapping[str, Array]) -> dict[str, Fraction]:
    """The entries of given arrays by their names, those of a symmetric matrix with i <= j."""
    found: dict[str, Fraction] = {}
    for name, array in arrays.items():
        rows = array.values or ()
        if not isinstance(array, MatrixArray):
            found |= {f"{name}[{i + 1}]": x for i, x in enumerate(chain.from_iterable(rows))}
            continue
        for i, row in enumerate(rows):
            for j, x in enumerate(row):
                if not array.symmetric or i <= j:
                    found[f"{name}[{i + 1},{j + 1}]"] = x
    return found


def array_points(formula: Formula, scope: Scope, classes: int) -> Iterator[ArrayPoint]:
    """Points of ``scope`` with C = ``classes``: different entries first, then equal ones, then ends of intervals."""
    size = sum(classes if isinstance(a, VectorArray) else classes**2 for a in formula.arrays if a.values is None)
    return islice(_points(formula, scope, classes), MOST if size <= MOST_ENTRIES else 0)


def expansions_at_points(
    formula: Formula, scope: Scope, budget: Budget, classes: Iterable[int], *, order: int = 2
) -> Iterator[tuple[ArrayPoint, LabelledExpansion]]:
    """The points of ``scope`` at these numbers of ``classes`` at which ``formula`` is read, with its expansions."""
    for n in classes:
        for point in array_points(formula, scope, n):
            try:
                found = labelled_expansion(point.formula(formula), point.scope, budget, order=order)
            except Undecided:
                continue
            yield point, found


def _points(formula: Formula, scope: Scope, classes: int) -> Iterator[ArrayPoint]:
    free = [a for a in formula.arrays if a.values is None]  # those that follow a rule have entries at this C
    lists = [_irregular_first(list(a.samples(classes))) for a in free]
    if not all(lists):
        return
    inner, rounded = sample_values(scope), tuple(p for p in scope.parameters if p.rounded)
    # The n-th samples of all arrays together, and not each with each: their product would be far too many points.
    rows = [[samples[n % len(samples)] for samples in lists] for n in range(max(map(len, lists), default=1))]
    arrays = [{a.name: a for a in row} for row in rows]
    for given in arrays:
        yield ArrayPoint(classes, given, inner, rounded)
    for p in (p for p in scope.parameters if not p.rounded):
        for value in _others(p.interval):
            # Ends of intervals are where conditions fail most often, as kappa = 0 at an end that belongs to the
            # scope.
            for given in arrays[:2]:
                yield ArrayPoint(classes, given, {**inner, p.name: value}, rounded)


def _irregular_first(samples: list[Array]) -> list[Array]:
    # With equal entries a loss treats all classes alike, and what class weights break does not show.
    return [*samples[1:3], *samples[:1], *samples[3:]]


def _others(interval: Interval) -> Iterator[Fraction]:
    """The closed ends of an interval, and numbers near its open ends or far out."""
    low, high = interval.low, interval.high
    if low is not None and not interval.low_open:
        yield low
    if high is not None and not interval.high_open:
        yield high
    far = [] if high is not None else [Fraction(100)]
    far += [] if low is not None else [Fraction(-100)]
    if low is not None and high is not None:
        far += [low + (high - low) * Fraction(9, 10), low + (high - low) / 10]
    yield from (x for x in far if x in interval)
