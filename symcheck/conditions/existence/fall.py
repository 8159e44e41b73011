"""How far a loss falls: the p of l(z, y) >= -K (1 + ||z||)^p for all z and y, and whether it is bounded below."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.budget import Budget
from symcheck.conditions.convexity.finding import is_convex
from symcheck.conditions.existence.degrees import BOUNDED, LINEAR, Degree, degrees_of
from symcheck.conditions.existence.form import form_of
from symcheck.conditions.existence.quadratic_loss import is_definite
from symcheck.conditions.remembered import remembered
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Derivation, Step
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.reason import Code, Reason, Undecided


@dataclass(frozen=True)
class Fall:
    """l(z, y) >= -K (1 + ||z||)^``degree`` for all z and y, whatever C and the parameters; None where none is known."""

    degree: Degree
    steps: Derivation = ()


def fall_of(loss: Formula, scope: Scope, budget: Budget) -> Fall:
    """The least degree that was found: by the normal form of l, by its range, or 1 for a convex l.

    A convex l lies above its tangent at 0, where it is taken to be differentiable.
    """
    degree = _by_form(loss, scope, budget)
    if degree == BOUNDED:
        return Fall(BOUNDED, (Step("l(z, y)", ">= -K", "bounded below, by its normal form"),))
    if _has_low_end(loss, scope, budget):
        return Fall(BOUNDED, (Step("l(z, y)", ">= -K", "bounded below, by the range of the formula"),))
    if is_definite(loss, scope, budget):
        told = "bounded below, a polynomial of degree 2 with a positive definite Hessian"
        return Fall(BOUNDED, (Step("l(z, y)", ">= -K", told),))
    if degree is not None:
        return Fall(degree, (Step("l(z, y)", f">= -K (1 + ||z||)^{degree}", "by its normal form"),))
    # Convexity comes last: it is derived for its own finding, and costs most here.
    if remembered(is_convex, loss, scope, budget):
        return Fall(LINEAR.fall, (Step("l(z, y)", ">= l(0, y) - K ||z||", "convex in z: above the tangent at 0"),))
    return Fall(None)


def bounded_below_finding(loss: Formula, scope: Scope, budget: Budget) -> Finding:
    """Whether l(., y) is bounded below for every y, C and parameter value of ``scope``.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import logsumexp
    >>> z, y = symbols()
    >>> bounded_below_finding(Formula.of(logsumexp(z) - z[y]), Scope(), Budget()).verdict
    <Verdict.PROVED: 2>
    """
    from symcheck.conditions.everywhere.bounded import bounds_of

    condition = Condition.LOSS_BOUNDED_BELOW
    found = remembered(fall_of, loss, scope, budget)
    if found.degree == BOUNDED:
        return Finding(condition, Verdict.PROVED, "bounded below for every label", Trust.EXACT, found.steps)
    bounds = bounds_of(loss, scope, budget)
    if bounds.fall is not None:
        return Finding(condition, Verdict.REFUTED, "it falls without end along a ray", Trust.BALL, witness=bounds.fall)
    reason = bounds.reason or NO_BOUND
    return Finding(condition, Verdict.UNDECIDED, "it is open whether l is bounded below", reason=reason)


NO_BOUND = Reason(
    Code.SIGN_UNKNOWN,
    "no bound from below was found, and no ray along which the loss falls without end",
    "give values to parameters or to C",
)


def _by_form(loss: Formula, scope: Scope, budget: Budget) -> Degree:
    try:
        return degrees_of(form_of(loss, scope, budget)).fall
    except Undecided as stop:
        # A formula without a normal form leaves other ways open; a spent budget leaves none.
        if stop.reason.code is Code.BUDGET:
            raise
        return None


def _has_low_end(loss: Formula, scope: Scope, budget: Budget) -> bool:
    from symcheck.conditions.everywhere.bounded import range_of

    known = range_of(loss, scope, budget)
    if known.reason is not None and known.reason.code is Code.BUDGET:
        raise Undecided(known.reason)
    return known.range.low is not None
