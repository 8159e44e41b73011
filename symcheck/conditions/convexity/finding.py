"""Whether l(., y) is convex on R^C for every y, or g is: PROVED by rules, REFUTED by points, else UNDECIDED."""

from __future__ import annotations

from symcheck.budget import Budget
from symcheck.conditions.agreement.comparison import disagreement
from symcheck.conditions.convexity.bounds import is_nonnegative, is_positive
from symcheck.conditions.convexity.building import Need
from symcheck.conditions.convexity.functions import sign_of_function
from symcheck.conditions.convexity.normal_form import entry_parameters, normal_form
from symcheck.conditions.convexity.one_variable import line_parameters
from symcheck.conditions.convexity.proved_signs import ProofField
from symcheck.conditions.convexity.quadratic import bend_at_zero, quadratic_convex
from symcheck.conditions.convexity.refutation import midpoint_witness
from symcheck.conditions.convexity.rules import Rules
from symcheck.conditions.convexity.why import Why
from symcheck.conditions.detached import open_for_field
from symcheck.field.field import Field
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.reason import Code, Reason, Undecided


def convexity_finding(formula: Formula, scope: Scope, budget: Budget, condition: Condition) -> Finding:
    """Whether ``formula`` is convex in z on all of R^C: for every y, C and parameter value of ``scope``.

    ``condition`` is ``LOSS_CONVEX`` or ``REGULARIZER_CONVEX``.  PROVED with the rules that were used, REFUTED with
    points x and w, in balls, at which the value in the middle is larger than the mean of the two.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import logsumexp
    >>> z, y = symbols()
    >>> formula = Formula.of(logsumexp(z) - z[y])
    >>> print(convexity_finding(formula, Scope(), Budget(), Condition.LOSS_CONVEX).verdict)
    PROVED
    """
    left = open_for_field(condition, formula)
    if left is not None:
        return left
    scope = scope.of(formula)
    reason = NO_RULE
    try:
        proof = proof_of(formula, scope, budget)
        if proof is not None:
            # Rules are ours, and balls are not: a proof that points refute is a bug, and no verdict is given.
            _require_no_objection(formula, scope, budget)
            return Finding(condition, Verdict.PROVED, PROVED, proof[1], derivation=proof[0].steps)
    except Undecided as stop:
        reason = stop.reason
        if reason.code is Code.READINGS_DISAGREE:
            return _undecided(condition, reason)
    try:
        witness = midpoint_witness(formula, scope, budget)
        # A negative second derivative may be too small for the points, and is exact.
        if witness is None and (bend := bend_at_zero(formula, scope, budget)) is not None:
            return Finding(condition, Verdict.REFUTED, NEGATIVE_BEND, Trust.BALL, witness=bend)
    except Undecided as stop:
        return _undecided(condition, stop.reason)
    if witness is None:
        return _undecided(condition, reason)
    detail = "not convex: between two points it is larger than the mean of their values"
    return Finding(condition, Verdict.REFUTED, detail, Trust.BALL, witness=witness)


def is_convex(formula: Formula, scope: Scope, budget: Budget) -> bool:
    """Whether ``formula`` is shown to be convex; where it is not, no time goes into points that tell why."""
    scope = scope.of(formula)
    if formula.detaches:
        return False
    try:
        if proof_of(formula, scope, budget) is None:
            return False
        _require_no_objection(formula, scope, budget)
    except Undecided:
        return False
    return True


def convex_loss(formula: Formula, scope: Scope, budget: Budget) -> Finding:
    """Whether the loss ``formula`` is convex for every label."""
    return convexity_finding(formula, scope, budget, Condition.LOSS_CONVEX)


def convex_regularizer(formula: Formula, scope: Scope, budget: Budget) -> Finding:
    """Whether the regularizer ``formula`` is convex."""
    return convexity_finding(formula, scope, budget, Condition.REGULARIZER_CONVEX)


def proof_of(formula: Formula, scope: Scope, budget: Budget) -> tuple[Why, Trust] | None:
    """Why ``formula`` is convex, and what that rests on; None if no rule shows it.

    Raises ``Undecided`` where the form says nothing.
    """
    found = quadratic_convex(formula, scope, budget)
    if found is not None:
        return found[0], Trust.EXACT if found[1] else Trust.BALL
    field = ProofField(
        Scope(scope.classes, (*scope.parameters, *entry_parameters(formula), *line_parameters())), budget
    )
    form = normal_form(formula.with_powers_of_abs(), field)
    budget.check()
    why = Rules(field).convex(form.of)
    if why is None:
        return None
    # A simplification may take a pole away, as in exp(log x) = x: convex is only what has a value at every z.
    for need in form.needs:
        if not is_met(need, field):
            raise Undecided.of(
                Code.SIGN_UNKNOWN,
                f"{need.of.text()} is not shown to be positive for every z, so that the formula may not exist",
                "write the formula so that logarithms and roots are taken of positive quantities",
            )
    trust = Trust.EXACT if field.is_exact else Trust.BALL
    return Why((Step("normal form", form.of.text(), "canonical forms"), *why.steps)), trust


def _require_no_objection(formula: Formula, scope: Scope, budget: Budget) -> None:
    """Raise ``Undecided`` where balls at a few points contradict what was proved."""
    witness = midpoint_witness(formula, scope, budget, most=MOST_CHECKED)
    if witness is not None:
        raise disagreement("convexity", f"the rules prove it and points refute it: {witness}")


def is_met(need: Need, field: Field) -> bool:
    """Whether the need holds for all z, by bounds or as a function of one affine quantity."""
    turned = need.of.times(field.number(-1))
    for u in (need.of, turned) if need.sign_free else (need.of,):
        if is_nonnegative(u) if need.zero_allowed else is_positive(u):
            return True
        if sign_of_function(u, field, zero_allowed=need.zero_allowed):
            return True
    return False


def _undecided(condition: Condition, reason: Reason) -> Finding:
    return Finding(condition, Verdict.UNDECIDED, reason.why, reason=reason)


MOST_CHECKED = 60
"""So many values of a formula that is proved to be convex are computed, to see whether points object."""

NO_RULE = Reason(
    Code.SIGN_UNKNOWN,
    "no rule shows that it is convex, and no points were found that show it is not",
    "narrow the scope, or give values to parameters",
)

PROVED = "convex on the whole space, by rules of composition"

NEGATIVE_BEND = "not convex: a second derivative at 0 is negative"
