"""Whether l(., y) is convex on R^C for every y, or g is: PROVED by rules, REFUTED by points, else UNDECIDED."""

from __future__ import annotations

from symcheck.budget import Budget
from symcheck.calculus.convexity.bounds import bounds, is_nonnegative, is_positive
from symcheck.calculus.convexity.building import Need
from symcheck.calculus.convexity.normal_form import entry_parameters, normal_form
from symcheck.calculus.convexity.one_variable import line_parameters
from symcheck.calculus.convexity.quadratic import quadratic_convex
from symcheck.calculus.convexity.refutation import midpoint_witness
from symcheck.calculus.convexity.rules import Rules, Why
from symcheck.constants.field import Field
from symcheck.constants.sign import Kind
from symcheck.derivation import Step
from symcheck.finding import Condition, Finding, Trust
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.reason import Code, Reason, Undecided
from symcheck.verdict import Verdict


def convexity_finding(formula: Formula, scope: Scope, budget: Budget, condition: Condition) -> Finding:
    """Whether ``formula`` is convex in z on all of R^C: for every y, C and parameter value of ``scope``.

    ``condition`` is ``LOSS_CONVEX`` or ``REGULARIZER_CONVEX``.  PROVED with the rules that were used, REFUTED with
    points x and w, in balls, at which the value in the middle is larger than the mean of the two.
    """
    if formula.detaches:
        return _undecided(condition, DETACHED)
    reason = NO_RULE
    try:
        why = proof_of(formula, scope, budget)
        if why is not None:
            return _proved(condition, why)
    except Undecided as stop:
        reason = stop.reason
    try:
        witness = midpoint_witness(formula, scope, budget)
    except Undecided as stop:
        return _undecided(condition, stop.reason)
    if witness is None:
        return _undecided(condition, reason)
    detail = "not convex: between two points it is larger than the mean of their values"
    return Finding(condition, Verdict.REFUTED, detail, Trust.BALL, witness=witness)


def proof_of(formula: Formula, scope: Scope, budget: Budget) -> Why | None:
    """Why ``formula`` is convex, None if no rule shows it; raises ``Undecided`` where the form says nothing."""
    scope = scope.of(formula)
    found = quadratic_convex(formula, scope, budget)
    if found is not None:
        return found
    field = Field(Scope(scope.classes, (*scope.parameters, *entry_parameters(formula), *line_parameters())), budget)
    form = normal_form(formula.with_powers_of_abs(), field)
    budget.check()
    why = Rules(field).convex(form.of)
    if why is None:
        return None
    for need in form.needs:
        if not _is_met(need, field):
            raise Undecided(
                Reason(
                    Code.SIGN_UNKNOWN,
                    f"{need.of.text()} is not shown to be positive for every z, so that the formula may not exist",
                    "write the formula so that logarithms and roots are taken of positive quantities",
                )
            )
    return Why((Step("normal form", form.of.text(), "canonical forms"), *why.steps), why.exact)


def _is_met(need: Need, field: Field) -> bool:
    if need.zero_allowed:
        return is_nonnegative(need.of)
    if is_positive(need.of):
        return True
    return need.sign_free and is_positive(need.of.times(field.number(-1)))


def _proved(condition: Condition, why: Why) -> Finding:
    trust = Trust.EXACT if why.exact else Trust.BALL
    detail = "convex on the whole space, by rules of composition"
    return Finding(condition, Verdict.PROVED, detail, trust, derivation=why.steps)


def _undecided(condition: Condition, reason: Reason) -> Finding:
    return Finding(condition, Verdict.UNDECIDED, reason.why, reason=reason)


NO_RULE = Reason(
    Code.SIGN_UNKNOWN,
    "no rule shows that it is convex, and no points were found that show it is not",
    "narrow the scope, or give values to parameters",
)

DETACHED = Reason(
    Code.UNMAPPED_OP,
    "a part is detached: training follows a field that is no gradient, and convexity of the values says nothing of it",
    "write the formula without detach",
)

__all__ = ["Kind", "bounds", "convexity_finding", "proof_of"]
