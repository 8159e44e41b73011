"""Whether a loss is symmetric: sum_y l(z, y) does not depend on z (Ghosh, Kumar, Sastry 2017).

PROVED by the canonical form of the sum; REFUTED by two rational points z at which the balls of the sum do not meet,
or, with so many classes that no points are looked at, by a derivative of the sum at 0 that is not 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from symcheck.budget import Budget
from symcheck.conditions.agreement.comparison import disagreement
from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.everywhere.bend_of_sum import bend_of_sum
from symcheck.conditions.everywhere.domain import every_z
from symcheck.conditions.everywhere.everywhere import (
    FAR,
    MOST_WRITTEN,
    POINTS_TRIED,
    SETTLE,
    VETOES,
    ball_at,
    classes_tried,
    is_large,
    logits_tried,
    points_of,
    shown_direction,
    shown_logits,
    spread,
    sum_by_label,
    values_by_label,
    widened,
    witness_of,
)
from symcheck.conditions.remembered import remembered
from symcheck.field.element import Element
from symcheck.field.everywhere_field import EverywhereField
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.reason import Code, Reason, Undecided

SCORES = (Fraction(1), Fraction(12), Fraction(-3))
"""With many classes the sum is looked at where one of them has such a score and all others have 0."""

LONGEST_SHOWN = 400
"""A canonical form longer than this is not shown."""


def symmetry_finding(formula: Formula, scope: Scope, budget: Budget) -> Finding:
    """Whether sum_y l(z, y) is the same at every z where it has a value, for every C and parameter of ``scope``.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import softmax
    >>> z, y = symbols()
    >>> print(symmetry_finding(Formula.of(1 - softmax(z)[y]), Scope(), Budget()).detail)
    sum_y l(z, y) = C - 1 for every z
    """
    return remembered(_symmetry_finding, formula, scope_with(scope, formula), budget)


def _symmetry_finding(formula: Formula, scope: Scope, budget: Budget) -> Finding:
    # Points with hundreds of classes are not looked at, and without them nothing is PROVED.
    if is_large(scope) and formula.fixed_classes is None:
        bend = bend_of_sum(formula, scope, budget)
        if bend is not None:
            return _finding(Verdict.REFUTED, "sum_y l(z, y) depends on z near 0", (), witness=bend)
        wide = _symmetry_finding(formula, widened(scope), budget)
        if wide.verdict is Verdict.PROVED:
            return wide
        apart = _apart_with_many(formula, scope, budget)
        if apart is not None:
            return _finding(Verdict.REFUTED, f"sum_y l(z, y) depends on z at C = {apart.classes}", (), witness=apart)
        detail = "it is open whether sum_y l(z, y) depends on z"
        return _finding(Verdict.UNDECIDED, detail, (), reason=wide.reason or FAR)
    field = EverywhereField(scope, budget)
    constant: Element | None = None
    steps: tuple[Step, ...] = ()
    reason: Reason | None = None
    try:
        total = sum_by_label(values_by_label(formula, field), field)
        text = field.text(total, {0: "1", 1: "2"} if scope.classes.fixed == 2 else {})
        shown = text if len(text) <= LONGEST_SHOWN else "a form of more than a few lines"
        steps = (Step("sum_y l(z, y)", shown, "canonical form"),)
        constant = _constant(total, formula, field)
    except Undecided as stop:
        reason = stop.reason
    try:
        met, found = _looked_at(formula, scope, budget, POINTS_TRIED if constant is None else VETOES)
    except Undecided as stop:
        return _finding(Verdict.UNDECIDED, "the sum over the labels was not decided", steps, reason=stop.reason)
    # A ball against a canonical form is a bug of one of them.
    if constant is not None and found is not None:
        return _finding(
            Verdict.UNDECIDED,
            "two derivations contradict each other",
            steps,
            reason=disagreement("sum_y l(z, y)", str(found)).reason,
        )
    if found is not None:
        return _finding(Verdict.REFUTED, f"sum_y l(z, y) depends on z at C = {found.classes}", steps, witness=found)
    if constant is not None and met:
        return _finding(Verdict.PROVED, f"sum_y l(z, y) = {constant.text()} {every_z(formula, scope, budget)}", steps)
    why = "the canonical form of sum_y l(z, y) depends on z, and no two points were found that tell"
    return _finding(
        Verdict.UNDECIDED,
        "it is open whether sum_y l(z, y) depends on z",
        steps,
        reason=reason or Reason(Code.SIGN_UNKNOWN, why, SETTLE),
    )


def _finding(
    verdict: Verdict,
    detail: str,
    steps: tuple[Step, ...],
    *,
    witness: Witness | None = None,
    reason: Reason | None = None,
) -> Finding:
    return Finding(Condition.LOSS_SYMMETRIC, verdict, detail, Trust.EXACT, steps, witness, reason)


def _constant(total: Element, formula: Formula, field: EverywhereField) -> Element | None:
    """``total`` if z does not occur in it, or its value at 0 if it is shown to be that at every z."""
    if not field.mentions_logits(total):
        return total
    try:
        # z may be left in a form that is constant: then the sum is its own value at 0, which the difference shows.
        at_zero = sum_by_label(values_by_label(formula, field, at_zero=True), field)
    except Undecided:
        return None
    return at_zero if field.is_zero(total - at_zero) else None


def _looked_at(formula: Formula, scope: Scope, budget: Budget, tried: int) -> tuple[bool, Witness | None]:
    """Whether the sum has a value at some point that was tried, and two points at which it differs."""
    met = False
    for classes in classes_tried(scope):
        for point in points_of(formula, scope, classes, tried):
            first: tuple[str, arb] | None = None
            for z in logits_tried(classes, tried):
                budget.check()
                ball = sum_at(formula, point, z)
                if ball is None:
                    continue
                met = True
                if first is None:
                    first = shown_logits(z), ball
                elif not ball.overlaps(first[1]):
                    quantity = f"sum_y l(z, y) at z = {shown_logits(z)} less that at z = {first[0]}"
                    return met, witness_of(point, quantity, ball - first[1], "0")
    return met, None


def _apart_with_many(formula: Formula, scope: Scope, budget: Budget) -> Witness | None:
    """Two points at which the sum differs for many classes, one score of each apart from all others."""
    classes = scope.classes.low
    if formula.is_classwise or classes > MOST_WRITTEN:
        return None
    for point in points_of(formula, scope, classes, 1):
        first: tuple[str, arb] | None = None
        for score in SCORES:
            budget.check()
            z = spread((score, Fraction(0)), classes)
            # The classes are alike, so that the loss is the same for every label whose score is 0.
            balls = [ball_at(formula, point, z, y) for y in (1, 2)]
            if balls[0] is None or balls[1] is None:
                continue
            ball, shown = balls[0] + (classes - 1) * balls[1], shown_direction(z[:2], classes)
            if first is None:
                first = shown, ball
            elif not ball.overlaps(first[1]):
                quantity = f"sum_y l(z, y) at z = {shown} less that at z = {first[0]}"
                return witness_of(point, quantity, ball - first[1], "0")
    return None


def sum_at(formula: Formula, point: ArrayPoint, z: Sequence[Fraction]) -> arb | None:
    """The sum of the loss over all labels at ``point`` and z; None if it is not known there."""
    total = arb(0)
    for y in range(1, point.classes + 1):
        ball = ball_at(formula, point, z, y)
        if ball is None:
            return None
        total += ball
    return total
