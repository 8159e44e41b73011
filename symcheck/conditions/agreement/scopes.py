"""Scopes of formulas: what is free in one, how its classes are cut, and where a formula has no value in it."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.budget import Budget
from symcheck.conditions.agreement.points import array_points
from symcheck.errors import FormulaError
from symcheck.field.undefined import Undefined
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.language.vector_array import VectorArray
from symcheck.readings.labelled import labelled_expansion
from symcheck.reason import Undecided

MOST_PARAMETERS = 30
"""Free arrays with up to so many entries at one C have a free parameter for each; others are read for every C."""


def scope_with(scope: Scope, formula: Formula) -> Scope:
    """``scope`` with the free parameters and arrays of ``formula`` that it lacks, less those that do not occur."""
    known = {p.name for p in scope.parameters}
    parameters = (*scope.parameters, *(p for p in formula.parameters if p.name not in known))
    named = {a.name for a in scope.arrays}
    arrays = (*scope.arrays, *(a for a in formula.arrays if a.is_free and a.name not in named))
    return Scope(scope.classes, parameters, arrays).of(formula)


def classwise_runs(formula: Formula, scope: Scope) -> Iterator[Scope]:
    """``scope`` cut into C = 2, where o_2 = -o_1, and the rest; one part where nothing is free or C is fixed."""
    # With two classes o_2 = -o_1, so that more losses meet a condition there, and the general form does not show it.
    low, high = scope.classes.low, scope.classes.high
    if low == high or low > 2 or all(a.values is not None for a in formula.arrays):
        yield scope
        return
    for classes in (Classes(2, 2), Classes(3, high)):
        yield Scope(classes, scope.parameters, scope.arrays)


def has_entries(formula: Formula, classes: Classes) -> bool:
    """Whether each entry of each free array is a free parameter: at one C, if there are not too many."""
    n = classes.fixed
    free = [a for a in formula.arrays if a.is_free]
    if n is None:
        return False
    # Given entries are numbers, so that only the free ones cost a parameter each; they belong to this one C anyway.
    given = len(free) < len(formula.arrays)
    return given or sum(n if isinstance(a, VectorArray) else n * n for a in free) <= MOST_PARAMETERS


def undefined_at(formula: Formula, scope: Scope, stop: Undefined, budget: Budget) -> None:
    """Raise ``FormulaError`` if ``formula`` has no value at z = 0 at a point of ``scope`` that is found."""
    for point in array_points(formula, scope, scope.classes.low):
        try:
            # That the form is not shown to have a value is no error; that it has none at a point is.
            labelled_expansion(point.formula(formula), point.scope, budget, order=1)
        except Undefined as found:
            why = found.reason
            raise FormulaError(
                f"{formula} is undefined at z = 0: {why.why}, in {why.where or stop.reason.where}; {why.settle}, "
                "or write the formula so that it has a value at z = 0"
            ) from stop
        except Undecided:
            continue
