"""The parts of a loss are checked: by canonical forms, and by balls at rational points."""

from __future__ import annotations

from symcheck.budget import Budget
from symcheck.conditions.agreement.comparison import disagreement
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.everywhere.everywhere import (
    VETOES,
    ball_at,
    classes_tried,
    equality,
    logits_tried,
    points_of,
    sum_by_label,
    values_by_label,
)
from symcheck.field.everywhere_field import EverywhereField
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.language.terms_of import term_of_formula
from symcheck.reason import Code, Reason, Undecided


def checked(
    formula: Formula, symmetric: Formula, insensitive: Formula, scope: Scope, budget: Budget
) -> tuple[Verdict, Reason | None]:
    """Whether sym + ins = l and the labels' sum of sym is 0: by canonical forms, and by balls at rational points."""
    both = Formula.of(term_of_formula(symmetric) + term_of_formula(insensitive))
    found = equality(both, formula, scope, budget)
    if found.verdict is not Verdict.PROVED:
        reason = found.reason or disagreement("sym(l) + ins(l)", str(found.witness)).reason
        return Verdict.UNDECIDED, reason
    try:
        field = EverywhereField(scope_with(scope, symmetric), budget)
        is_zero = field.is_zero(sum_by_label(values_by_label(symmetric, field), field))
        # A part that sums to 0 is sym(l) only if what is left does not depend on the label.
        is_zero = is_zero and not insensitive.uses_label and _balls_agree(symmetric, scope, budget)
    except Undecided as stop:
        return Verdict.UNDECIDED, stop.reason
    if is_zero:
        return Verdict.PROVED, None
    why = "it was not shown that sym(l) adds up to 0 over the labels"
    return Verdict.UNDECIDED, Reason(Code.SIGN_UNKNOWN, why, "give values to parameters or to C")


def _balls_agree(symmetric: Formula, scope: Scope, budget: Budget) -> bool:
    for classes in classes_tried(scope):
        for point in points_of(symmetric, scope, classes, VETOES):
            for z in logits_tried(classes, VETOES):
                budget.check()
                balls = [ball_at(symmetric, point, z, y) for y in range(1, classes + 1)]
                known = [b for b in balls if b is not None]
                if len(known) == len(balls) and not sum(known[1:], known[0]).contains(0):
                    return False
    return True
