"""What is asked of an expansion at z = 0 before it is believed: that other derivations find the same.

The orbit reading derives with SymPy along a slice, C a symbol; C = 2, where there is no third class, is read alone;
power series in balls and the labelled reading write every class out at a few C.  The labelled one shares the field with
the jets, so that it is the weaker check, and has no part where the orbit reading can be had.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from flint import arb
from sympy import Expr

from symcheck.budget import Budget
from symcheck.conditions.agreement.comparison import disagreement, entries_of, require_equal
from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.agreement.sample_point import sample_values
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.indexed_field import IndexedField, Placement
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.readings.expansion import Expansion, Gradient
from symcheck.readings.explicit.explicit import Undefined, directional, explicit_expansion
from symcheck.readings.jet import expansion_at_zero
from symcheck.readings.labelled import LabelledExpansion
from symcheck.readings.orbit.orbit import orbit_expansion
from symcheck.reason import Undecided

EXPLICIT_CLASSES = (2, 3, 5, 11)
"""Numbers of classes at which the power series look."""

LARGEST_EXPLICIT = 100
"""The series work with every class on its own, so they leave larger numbers out."""

FEW = 8
"""Up to so many classes every second derivative of a labelled expansion is compared, beyond it those along twice as
many directions."""


def equal_to_orbit(formula: Formula, constants: Expansion[Element], field: Field, budget: Budget) -> Expansion[Expr]:
    """The orbit reading's expansion in the scope of ``field``, shown to be ``constants`` entry by entry."""

    def orientation(e: Expr) -> int | None:
        kind = field.sign(field.from_sympy(e)).kind
        return {Kind.POSITIVE: 1, Kind.NEGATIVE: -1, Kind.ZERO: 0}.get(kind)

    # The orbit reading derives on its own, but asks the judge for signs: which side a relu takes is proved once, and
    # what is compared is the derivatives.
    shown = orbit_expansion(formula, field.scope, sign=orientation, budget=budget)
    for name, by_jet, by_orbit in entries_of(constants, shown):
        require_equal(name, "the jet and the orbit reading", by_jet, field.from_sympy(by_orbit))
    return shown


def equal_with_two_classes(formula: Formula, constants: Expansion[Element], field: Field, budget: Budget) -> None:
    """Nothing if ``constants`` are at C = 2 what the jets find there alone; ``field`` is that of a scope with C = 2."""
    # At C = 2 there is no third class.  A formula that picks one (the largest of the others) or divides by C - 2
    # may be another function there, though the general constants have values at C = 2 as well.
    two = Field(Scope(Classes(2, 2), field.scope.parameters), budget)
    alone = expansion_at_zero(formula, two)
    who = "the general formula at C = 2 and C = 2 read on its own"
    for name, general, at_two in entries_of(constants, alone):
        require_equal(name, who, field.restricted(general, two), at_two)


def explicit_numbers(classes: Classes) -> tuple[int, ...]:
    """The numbers of classes at which power series look."""
    fixed = classes.fixed
    numbers = EXPLICIT_CLASSES if fixed is None else (fixed,) if fixed <= LARGEST_EXPLICIT else ()
    return tuple(n for n in numbers if n in classes)


def unopposed_by_series(formula: Formula, scope: Scope, constants: Expansion[Element]) -> tuple[int, ...]:
    """The numbers of classes at which power series in balls were found, with no objection to ``constants``."""
    values, found = sample_values(scope), []
    for classes in explicit_numbers(scope.classes):
        try:
            explicit = explicit_expansion(formula, classes, values)
        except Undefined as stop:
            raise disagreement("the domain", f"the power series has no value there: {stop}") from stop
        # A series that stops (at a tie of balls, say) has no objection, and is not listed as having looked.
        except Undecided:
            continue
        for name, by_jet, by_series in entries_of(constants, explicit):
            ball = by_jet.ball({"C": classes, **values})
            if not ball.overlaps(by_series):
                where = ", ".join([f"C = {classes}", *(f"{n} = {v}" for n, v in values.items())])
                raise disagreement(name, f"at {where} the jet gives {ball} and the power series {by_series}")
        found.append(classes)
    return tuple(found)


def equal_to_labelled(general: Gradient[Element], field: IndexedField, alone: LabelledExpansion) -> None:
    """Nothing if the expansion for every C, over ``field``, is that of one C, entry by entry."""
    n = alone.classes
    one_label = len(alone.gradients) == 1

    def same(name: str, c: Element, places: tuple[int, int], entry_alone: Element) -> None:
        there = Placement(field, alone.field, alone.entries, dict(enumerate(places))).of(c)
        # With a known sum of the w_k two forms of one number may differ by a multiple of sum_k w_k - 1.
        difference = alone.entries.reduced(there - entry_alone)
        require_equal(name, f"the general formula at C = {n} and C alone", there, entry_alone, difference)

    for i in range(n):
        for j in range(n):
            first = general.g_y if i == j else general.g_k
            same(f"d l(0, {i + 1})/d z_{j + 1}", first, (i, j), alone.gradients[0 if one_label else i][j])
            if isinstance(general, Expansion):
                second = general.h_yy if i == j else general.h_yk
                same(f"d^2 g/d z_{i + 1} d z_{j + 1}", second, (i, j), alone.hessians[0][i][j])


def labels_unopposed_by_series(formula: Formula, e: LabelledExpansion, point: ArrayPoint, budget: Budget) -> None:
    """Nothing if power series in balls along lines, at ``point``, have no objection to any label of ``e``."""
    n, given = e.classes, formula.with_arrays(point.arrays)
    order = 2 if e.hessians else 1
    where = {"C": Fraction(n), **point.named}

    def balls(row: Sequence[Element]) -> list[arb]:
        return [c.ball(where, 128) for c in row]

    for y, constants in enumerate(e.gradients):
        gradient, hessian = balls(constants), [balls(row) for row in e.hessians[y]] if order > 1 else []
        for direction in _directions(n, order):
            budget.check()
            series = directional(given, n, direction, point.values, order=order + 1, y=y + 1)
            slope = _sum(c * d for c, d in zip(gradient, direction, strict=True) if d)
            bend = _sum(
                c * (d * f)
                for row, d in zip(hessian, direction, strict=False)
                for c, f in zip(row, direction, strict=True)
                if d and f
            )
            for name, by_reading, by_series in (("", slope, series[1]), ("second ", bend / 2, series[-1])):
                if (order > 1 or not name) and not by_reading.overlaps(by_series):
                    line = f"the {name}derivative along ({', '.join(map(str, direction))}) for y = {y + 1}"
                    raise disagreement(line, f"the labelled reading gives {by_reading}, the power series {by_series}")


def _sum(balls: Iterator[arb]) -> arb:
    return sum(balls, arb(0))


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
