"""Properties of a pair that cost more than its conditions: derived when they are first asked for, and then kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symcheck.budget import Budget, stopping
from symcheck.conditions.agreement.rounding import explained, middles, rounded_parts
from symcheck.conditions.everywhere.label_free import label_free_finding
from symcheck.conditions.remembered import remembered
from symcheck.findings.finding import Condition, Finding
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.problem import Problem
from symcheck.reason import Code, Reason, Undecided

PROPERTIES = (
    Condition.LOSS_SYMMETRIC,
    Condition.LOSS_BOUNDED,
    Condition.LOSS_BOUNDED_BELOW,
    Condition.LOSS_CONVEX,
    Condition.REGULARIZER_CONVEX,
    Condition.LOSS_HESSIAN_LABEL_FREE,
)
"""What a full report adds to the conditions of a certificate, in its order."""

Report = Callable[[Formula, Scope, Budget], Finding]

_ABOUT_A_FUNCTION = frozenset({Condition.LOSS_CONVEX, Condition.REGULARIZER_CONVEX, Condition.LOSS_HESSIAN_LABEL_FREE})

_OF_A_FIELD = Reason(
    Code.UNMAPPED_OP,
    "with a detached part autograd returns a field, whose derivative is not that of the formula",
    "write the formula without detach",
)


def property_finding(problem: Problem, condition: Condition, seconds: float) -> Finding:
    """The finding on one of ``PROPERTIES`` for the pair, within ``seconds``, from memory if it was made before."""
    is_loss = condition is not Condition.REGULARIZER_CONVEX
    formula = (problem.loss if is_loss else problem.regularizer).formula
    if formula.detaches and condition in _ABOUT_A_FUNCTION:
        return Finding(condition, Verdict.UNDECIDED, _OF_A_FIELD.why, reason=_OF_A_FIELD)
    try:
        with Budget(seconds).in_force() as budget, stopping():
            found = remembered(_report(condition), formula, problem.scope.of(formula), budget)
    except Undecided as stop:
        return Finding(condition, Verdict.UNDECIDED, "not derived", reason=stop.reason)
    parts = rounded_parts(formula)

    def in_the_middle() -> dict[Condition, Finding]:
        return {condition: property_finding(problem.at(None, middles(parts)), condition, seconds)}

    return explained([replace(found, condition=condition)], parts, in_the_middle)[0]


def _report(condition: Condition) -> Report:
    """What derives the finding on ``condition``; it is loaded when it is first needed."""
    if condition is Condition.LOSS_HESSIAN_LABEL_FREE:
        return label_free_finding
    if condition is Condition.LOSS_SYMMETRIC:
        from symcheck.conditions.everywhere.symmetric import symmetry_finding

        return symmetry_finding
    if condition is Condition.LOSS_BOUNDED:
        from symcheck.conditions.everywhere.bounded import boundedness_finding

        return boundedness_finding
    if condition is Condition.LOSS_BOUNDED_BELOW:
        from symcheck.conditions.existence.fall import bounded_below_finding

        return bounded_below_finding
    from symcheck.conditions.convexity.finding import convex_loss, convex_regularizer

    return convex_loss if condition is Condition.LOSS_CONVEX else convex_regularizer
