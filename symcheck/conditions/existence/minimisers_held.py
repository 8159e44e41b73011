"""Minimisers are held: for large lambda l + lambda g has some, on every finite sample, which tend to 0 with 1/lambda.

What is decided is the far part of (B') in THEORY 11: for every r > 0 there are m, K and c > 0 with inf m > 0 and

    l(z, y) >= l(0, y) - K m(z),  g(z) >= g(0) + c m(z)      for ||z|| >= r

with norms on the quotient by (1, ..., 1) for a pair that is judged there.  The part near 0 is the local conditions.
PROVED with m = (1 + ||z||)^q, where l falls like ||z||^p at most, and g stays away from g(0) and grows like ||z||^q,
q >= p; a convex g with a definite Hessian at 0 grows like ||z|| at least.  REFUTED by a ray along which minimisers
escape.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symcheck.budget import Budget
from symcheck.conditions.convexity.finding import is_convex
from symcheck.conditions.existence.away import Away, away_from_zero
from symcheck.conditions.existence.fall import Fall, fall_of
from symcheck.conditions.existence.form import form_everywhere
from symcheck.conditions.remembered import remembered
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Code, Reason, Undecided

OPEN = Reason(
    Code.SIGN_UNKNOWN,
    "how fast l falls and g grows far from 0 was not compared, and no ray was found along which minimisers escape",
    "use a convex penalty with a definite Hessian at 0, a loss that is bounded below, or give values to parameters",
)


NO_MINIMISER = (
    "l + lambda g is unbounded below for every lambda > 0 on one point with that label and outputs on the ray"
)

NOT_TO_ZERO = "on one point with that label and outputs on the ray, minimisers do not tend to 0, or do not exist"


def minimisers_held(
    loss: Formula, penalty: Formula, scope: Scope, budget: Budget, *, quotient: bool, definite: bool = True
) -> Finding:
    """Whether minimisers are held, on R^C or on the ``quotient``, for a pair that meets the conditions near 0.

    ``definite``: these are the local conditions, with D^2 g(0) positive definite; else g is of a degree > 1 and
    positive off 0.
    """
    try:
        fall = remembered(fall_of, loss, scope.of(loss), budget)
        # Convexity helps by the definite Hessian at 0 alone: a convex g that is flat there may stay so.
        for way in (by_form, by_convexity) if definite else (by_form,):
            hold = remembered(way, penalty, scope.of(penalty), budget)
            if hold is None or (hold.by_definiteness and not definite):
                continue
            if _is_enough(fall, hold, quotient=quotient):
                return _proved(fall, hold)
        from symcheck.conditions.existence.escaping import escape

        # Minimisers may not be held although all is well at 0: mean(z) - z[y] falls without end, and the entropy is
        # bounded, so that l + lambda g has no minimiser for any lambda.
        found = escape(loss, penalty, scope, budget)
    except Undecided as stop:
        return _open(stop.reason)
    if found is None:
        return _open(OPEN)
    detail = NO_MINIMISER if found.is_unbounded else NOT_TO_ZERO
    return Finding(Condition.MINIMISERS_HELD, Verdict.REFUTED, detail, Trust.BALL, witness=found.witness)


def positive_off_zero(penalty: Formula, scope: Scope, budget: Budget, *, quotient: bool) -> Finding:
    """Whether a g of a degree k > 1 is positive off 0, on R^C or on the ``quotient``."""
    condition = Condition.REGULARIZER_POSITIVE
    try:
        hold = remembered(by_form, penalty, scope.of(penalty), budget)
        if hold is not None and not hold.by_definiteness and _fits(hold, quotient=quotient):
            return Finding(condition, Verdict.PROVED, "positive off 0, by its form", Trust.BALL, hold.steps)
        from symcheck.conditions.existence.escaping import not_positive

        witness = not_positive(penalty, scope, budget, quotient=quotient)
    except Undecided as stop:
        return Finding(condition, Verdict.UNDECIDED, stop.reason.why, reason=stop.reason)
    if witness is not None:
        return Finding(condition, Verdict.REFUTED, "g is not positive off 0", Trust.BALL, witness=witness)
    return Finding(condition, Verdict.UNDECIDED, NOT_SHOWN_POSITIVE.why, reason=NOT_SHOWN_POSITIVE)


NOT_SHOWN_POSITIVE = Reason(
    Code.SIGN_UNKNOWN,
    "the form of g does not show that it is positive off 0, and no point was found at which it is not",
    "write g as a sum of powers of norms",
)


def by_form(penalty: Formula, scope: Scope, budget: Budget) -> Away | None:
    """How g stays away from g(0), by its normal form; for C = 2 also by that for every C, where there is one."""
    scopes = [scope]
    if scope.classes.fixed == 2 and penalty.fixed_classes is None:
        # The form for every C knows sums over the classes, which are written out at C = 2 and lose their shape.
        scopes.append(replace(scope, classes=Classes()))
    for wider in scopes:
        try:
            found = form_everywhere(penalty, wider, budget)
        except Undecided:
            continue
        away = None if found is None else away_from_zero(found)
        if away is not None:
            return away
    return None


def by_convexity(penalty: Formula, scope: Scope, budget: Budget) -> Away | None:
    """How a convex g stays away: it grows like ||z|| at least, where its Hessian at 0 is definite."""
    if not remembered(is_convex, penalty, scope, budget):
        return None
    step = Step("g", "convex, with D^2 g(0) positive definite", "so g >= g(0) + c min(||z||^2, ||z||)")
    return Away(Fraction(1), (step,), is_of_either=True)


def _is_enough(fall: Fall, hold: Away, *, quotient: bool) -> bool:
    """Whether g holds what falls so fast, in the norm of the space on which the pair is judged."""
    return _fits(hold, quotient=quotient) and fall.degree is not None and fall.degree <= hold.growth


def _fits(hold: Away, *, quotient: bool) -> bool:
    # A g that grows with the differences z_i - z_k only is constant along (1, ..., 1), and holds nothing there.
    return quotient or hold.is_of_either or not hold.of_differences


def _proved(fall: Fall, hold: Away) -> Finding:
    p, q = fall.degree, hold.growth
    falls = "l is bounded below" if p == 0 else f"l >= -K (1 + ||z||)^{p}"
    grows = "g stays away from g(0)" if q == 0 else f"g stays away from g(0) and grows like ||z||^{q} at least"
    steps = (*fall.steps, *hold.steps)
    return Finding(Condition.MINIMISERS_HELD, Verdict.PROVED, f"{falls}, and {grows}", Trust.BALL, steps)


def _open(reason: Reason) -> Finding:
    return Finding(Condition.MINIMISERS_HELD, Verdict.UNDECIDED, reason.why, reason=reason)
