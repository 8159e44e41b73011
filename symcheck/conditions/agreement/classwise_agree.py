"""Expansions of formulas with class-vectors and matrices that two readings agree on.

At one C the labelled reading judges, in exact constants, and power series in balls along two directions for
each label have to agree with it.  For every C the indexed reading judges, and the labelled one has to give the
same constants at a few numbers of classes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain

from flint import arb

from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import disagreement
from symcheck.conditions.agreement.points import ArrayPoint, array_points
from symcheck.field.element import Element
from symcheck.field.indexed_field import Placement
from symcheck.field.signs.sign import Kind
from symcheck.field.writable import require_writable
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.readings.explicit.explicit import directional
from symcheck.readings.indexed import IndexedExpansion, indexed_expansion
from symcheck.readings.labelled import LabelledExpansion, labelled_expansion
from symcheck.reason import Code, Reason, Undecided

FEW = 8
"""Up to so many classes every second derivative is compared, beyond it those along twice as many directions."""

COMPARED = (2, 3, 4)
"""Numbers of classes at which the indexed reading is compared, the first two of them that are in the scope."""


def agreed_labels(formula: Formula, scope: Scope, budget: Budget, *, order: int) -> LabelledExpansion:
    """The expansion at the one C of ``scope``, which power series in balls confirm at a point of it.

    Raises ``Undecided`` with the reading's reason, or with ``readings-disagree``.
    """
    expansion = labelled_expansion(formula, scope, budget, order=order)
    assert scope.classes.fixed is not None
    for row in (*expansion.gradients, *chain.from_iterable(expansion.hessians)):
        for c in row:
            require_writable(c)
    # One point is enough for a veto: a slip in a canonical form shows at almost all of them.
    point = next(array_points(formula, scope, scope.classes.fixed), None)
    if point is None:
        raise Undecided(
            Reason(
                Code.UNMAPPED_OP,
                f"no entries were found that {', '.join(a.name for a in scope.arrays)} may have",
                "give the arrays entries",
            )
        )
    for name, by_reading, by_series in _compared(formula, expansion, point, order):
        budget.check()
        if not by_reading.overlaps(by_series):
            raise disagreement(name, f"the labelled reading gives {by_reading} and the power series {by_series}")
    return expansion


def agreed_indices(formula: Formula, scope: Scope, budget: Budget) -> tuple[IndexedExpansion, tuple[int, ...]]:
    """The expansion for every C of ``scope``, and the numbers of classes at which it is the labelled one.

    A scope without small numbers of classes is widened to all of them, so that there are some to compare at.
    """
    if not any(c in scope.classes for c in COMPARED):
        # What holds for every C holds for the large ones that were asked for.
        scope = Scope(Classes(), scope.parameters, scope.arrays)
    expansion = indexed_expansion(formula, scope, budget)
    for c in (expansion.at_0, expansion.at_1, expansion.at_00, expansion.at_01):
        if c is not None:
            require_writable(c)
    # Equality at two C does not replace the orbit reading, which is compared with C a symbol: whatever has the factor
    # (C - 2)(C - 3) is the same at C = 2 and 3.  It finds slips of the indexed reading, whose own canonical forms hold
    # for every C; formulas that treat all classes alike keep the orbit.
    numbers = tuple(c for c in COMPARED if c in scope.classes)[:2]
    order = 1 if formula.uses_label else 2
    for classes in numbers:
        one = Scope(Classes(classes, classes), scope.parameters, scope.arrays)
        _require_equal(expansion, labelled_expansion(formula, one, budget, order=order))
    return expansion, numbers


def _compared(formula: Formula, e: LabelledExpansion, point: ArrayPoint, order: int) -> Iterator[tuple[str, arb, arb]]:
    """The coefficients of power series along directions, by the expansion and by the series."""
    n, given = e.classes, formula.with_arrays(point.arrays)
    where = {"C": Fraction(n), **point.named}

    def balls(row: Sequence[Element]) -> list[arb]:
        return [c.ball(where, 128) for c in row]

    for y, constants in enumerate(e.gradients):
        gradient = balls(constants)
        hessian = [balls(row) for row in e.hessians[y]] if order > 1 else []
        for direction in _directions(n, order):
            series = directional(given, n, direction, point.values, order=order + 1, y=y + 1)
            shown = ", ".join(map(str, direction))
            slope = sum((c * d for c, d in zip(gradient, direction, strict=True) if d), arb(0))
            yield f"the derivative along ({shown}) for y = {y + 1}", slope, series[1]
            if order > 1:
                bend = arb(0)
                for row, d in zip(hessian, direction, strict=True):
                    bend += sum((c * (d * f) for c, f in zip(row, direction, strict=True) if d and f), arb(0))
                yield f"the second derivative along ({shown}) for y = {y + 1}", bend / 2, series[2]


def _directions(n: int, order: int) -> list[list[int]]:
    """(1, 2, ..., C) and e_1; with second derivatives enough of them to know the Hessian, where C is small."""

    def ones(*places: int) -> list[int]:
        return [int(i in places) for i in range(n)]

    # Different slopes in all entries, so that two that were interchanged show.
    rising = list(range(1, n + 1))
    if order == 1:
        return [rising, ones(0)]
    if n <= FEW:
        return [ones(i, j) for i in range(n) for j in range(i, n)]
    return [*(ones(i) for i in range(FEW)), *(rising[i:] + rising[:i] for i in range(FEW))]


def _require_equal(general: IndexedExpansion, alone: LabelledExpansion) -> None:
    """Raise unless the general expansion is that of one C, entry by entry."""
    n, field = alone.classes, general.field
    bends = general.at_00 is not None and general.at_01 is not None

    def same(name: str, c: Element, places: tuple[int, int], entry_alone: Element) -> None:
        there = Placement(field, alone.field, alone.entries, dict(enumerate(places))).of(c)
        # With a known sum of the w_k two forms of one number may differ by a multiple of sum_k w_k - 1.
        difference = alone.entries.reduced(there - entry_alone)
        if not difference.is_zero:
            why = f"at C = {n} the general formula is {there.text()} and C alone {entry_alone.text()}"
            # MIXED is a contradiction as well: the difference is not 0 at some point of the scope.
            if alone.field.sign(difference).kind in (Kind.POSITIVE, Kind.NEGATIVE, Kind.MIXED):
                raise disagreement(name, why)
            settle = "write the formula with fewer nested logarithms and exponentials of constants"
            raise Undecided(Reason(Code.READINGS_DISAGREE, f"{why} for {name}, not shown to be equal", settle))

    for i in range(n):
        for j in range(n):
            places = (i, j)
            if bends:
                assert general.at_00 is not None
                assert general.at_01 is not None
                second = general.at_00 if i == j else general.at_01
                same(f"d^2 g/d z_{i + 1} d z_{j + 1}", second, places, alone.hessians[0][i][j])
                same(f"d g/d z_{i + 1}", general.at_0, places, alone.gradients[0][i])
            else:
                first = general.at_0 if i == j else general.at_1
                row = alone.gradients[i] if len(alone.gradients) > 1 else alone.gradients[0]
                same(f"d l(0, {i + 1})/d z_{j + 1}", first, places, row[j])
