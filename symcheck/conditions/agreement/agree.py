"""The expansion at z = 0 that all readings agree on, or the reason why there is none.

One reading judges, and others are asked before it is believed (``checks``):

    classes alike, C a symbol or a number   the jets; the orbit reading, C = 2 alone, power series in balls
    free arrays, C a symbol                 the jets with classes by name; the labelled reading at two C
    arrays at one C                         the labelled reading; power series in balls along lines
"""

from __future__ import annotations

from collections.abc import Callable

from symcheck.budget import Budget
from symcheck.conditions.agreement.agreed import Agreed, AgreedIndices, G
from symcheck.conditions.agreement.checks import (
    equal_to_labelled,
    equal_to_orbit,
    equal_with_two_classes,
    labels_unopposed_by_series,
    unopposed_by_series,
)
from symcheck.conditions.agreement.comparison import NotShownEqual
from symcheck.conditions.agreement.idle import without_idle_sides
from symcheck.conditions.agreement.points import array_points
from symcheck.errors import FormulaError
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.indexed_field import IndexedField
from symcheck.field.undefined import Undefined
from symcheck.field.writable import require_writable
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.readings.expansion import Expansion, Gradient
from symcheck.readings.jet import expansion_at_zero, gradient_at_zero
from symcheck.readings.labelled import LabelledExpansion, labelled_expansion
from symcheck.reason import Code, Undecided

COMPARED = (2, 3, 4)
"""Numbers of classes at which jets with classes by name are compared, the first two of them that are in the scope."""


def agreed_expansion(formula: Formula, scope: Scope, budget: Budget) -> Agreed:
    """The second-order expansion of ``formula``, which treats all classes alike, at z = 0 for the whole ``scope``.

    Raises ``FormulaError`` where the formula has no value at z = 0, and ``Undecided`` with the jet's reason (a
    kink, an unknown sign, the budget) and its subexpression, or with ``readings-disagree``.
    """
    try:
        return _agreed(formula, scope, budget)
    except NotShownEqual as stop:
        found = _from_more_classes(formula, scope, budget)
        if found is None:
            raise stop from None
        return found


def _agreed(formula: Formula, scope: Scope, budget: Budget) -> Agreed:
    # abs(x)**3 is smooth where abs(x) is not: as two operators it would stop the jet at a kink that is none.
    formula = formula.with_powers_of_abs(scope.classes.fixed)
    field = Field(scope, budget)
    try:
        constants = expansion_at_zero(formula, field)
    except Undefined as stop:
        # A side of a branch that is taken nowhere near z = 0 may be undefined there: sqrt(a - 1) where a <= 1.
        taken = without_idle_sides(formula, field)
        if taken != formula:
            return _agreed(taken, scope, budget)
        at = "" if scope.classes.fixed is None else f" and {scope.classes}"
        raise FormulaError(
            f"{formula} is undefined at z = 0{at}: {stop.reason.why}, in {stop.reason.where}; {stop.reason.settle}, "
            "or write the formula so that it has a value at z = 0"
        ) from stop
    _require_writable(constants)
    budget.check()
    shown = equal_to_orbit(formula, constants, field, budget)
    budget.check()
    if 2 in scope.classes and scope.classes.fixed is None:
        equal_with_two_classes(formula, constants, field, budget)
    return Agreed(formula, constants, field, unopposed_by_series(formula, scope, constants), shown)


def _from_more_classes(formula: Formula, scope: Scope, budget: Budget) -> Agreed | None:
    """The expansion for one C from that for every C from there on: what holds of all holds of one."""
    fixed = scope.classes.fixed
    if fixed is None:
        return None
    try:
        wide = agreed_expansion(formula, Scope(Classes(fixed), scope.parameters, scope.arrays), budget)
        field = Field(scope, budget)
        constants = wide.taken_over(field)
    except Undecided:
        # Out of time is a reason of its own; anything else leaves the stop of the narrow scope, which came first.
        budget.check()
        return None
    compared = unopposed_by_series(wide.formula, scope, constants)
    return Agreed(wide.formula, constants, field, compared, constants.mapped(Element.sympy))


def agreed_indices(formula: Formula, scope: Scope, budget: Budget) -> AgreedIndices[Expansion[Element]]:
    """The second-order expansion of a regularizer with free arrays, for every C of ``scope``."""
    return _by_name(formula, scope, budget, expansion_at_zero, order=2)


def agreed_gradient(formula: Formula, scope: Scope, budget: Budget) -> AgreedIndices[Gradient[Element]]:
    """The gradient of a loss with free arrays, for every C of ``scope``."""
    # The conditions on a loss are about its gradient; second derivatives with free arrays would be costly for nothing.
    return _by_name(formula, scope, budget, gradient_at_zero, order=1)


def _by_name(
    formula: Formula, scope: Scope, budget: Budget, derivatives: Callable[[Formula, Field], G], *, order: int
) -> AgreedIndices[G]:
    """The derivatives with classes by name; a scope without small numbers of classes is widened, to compare at them."""
    if not any(c in scope.classes for c in COMPARED):
        # What holds for every C holds for the large ones that were asked for.
        scope = Scope(Classes(), scope.parameters, scope.arrays)
    field = IndexedField(scope, budget)
    constants = derivatives(formula, field)
    _require_writable(constants)
    # Equality at two C does not replace the orbit reading, which is compared with C a symbol: whatever has the factor
    # (C - 2)(C - 3) is the same at C = 2 and 3.  It finds slips in what is done with names, whose own canonical forms
    # hold for every C; formulas that treat all classes alike keep the orbit.
    numbers = tuple(c for c in COMPARED if c in scope.classes)[:2]
    for classes in numbers:
        one = Scope(Classes(classes, classes), scope.parameters, scope.arrays)
        equal_to_labelled(constants, field, labelled_expansion(formula, one, budget, order=order))
    return AgreedIndices(formula, constants, field, numbers)


def agreed_labels(formula: Formula, scope: Scope, budget: Budget, *, order: int) -> LabelledExpansion:
    """The expansion at the one C of ``scope``, which power series in balls confirm at a point of it.

    Raises ``Undecided`` with the reading's reason, or with ``readings-disagree``.
    """
    expansion = labelled_expansion(formula, scope, budget, order=order)
    assert scope.classes.fixed is not None
    for row in (*expansion.gradients, *(row for hessian in expansion.hessians for row in hessian)):
        for c in row:
            require_writable(c)
    # One point is enough for a veto: a slip in a canonical form shows at almost all of them.
    point = next(array_points(formula, scope, scope.classes.fixed), None)
    if point is None:
        raise Undecided.of(
            Code.UNMAPPED_OP,
            f"no entries were found that {', '.join(a.name for a in scope.arrays)} may have",
            "give the arrays entries",
        )
    labels_unopposed_by_series(formula, expansion, point, budget)
    return expansion


def _require_writable(constants: Gradient[Element]) -> None:
    """Raise unless all derivatives can be written down; no condition is about the value at 0."""
    for name, c in constants.entries:
        if name != "value":
            require_writable(c)
