"""What is decided about a loss alone: whether it is smooth at 0, and which form its gradient there has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sympy

from symcheck.budget import Budget
from symcheck.calculus.agree import Agreed, agreed_expansion, shown
from symcheck.calculus.gradient import Slope, TierCase, exact_ends, slope_of, tier_cases
from symcheck.calculus.kink import break_of, smooth_sides
from symcheck.calculus.smooth import kink_finding, smooth_finding
from symcheck.calculus.split import Part, reports_by_part, together
from symcheck.calculus.witness import nonzero_point, point_where, witness_at
from symcheck.constants.sign import Kind, Sign
from symcheck.derivation import Derivation, Step
from symcheck.finding import Condition, Finding, Trust
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.readings.jet import Branching, Kink
from symcheck.reason import Code, Reason, Undecided
from symcheck.tier import Tier
from symcheck.verdict import Verdict, conjunction
from symcheck.witness import Witness

if TYPE_CHECKING:
    from sympy import Expr


@dataclass(frozen=True)
class LossCase:
    """What the gradient at 0 is for the numbers of ``classes`` and for the parameter values ``where`` it says.

    ``kappa`` in the parameters of the whole scope, None where there is none.
    """

    classes: Classes
    where: str
    tier: Tier | None
    kappa: Expr | None
    verdict: Verdict


@dataclass(frozen=True)
class LossReport:
    """The ``findings``, the ``cases`` and the worst ``tier`` in the scope, None if a part of it is undecided.

    ``agreed`` and ``slope`` are those of the whole scope, None where the formula branches on it or is not smooth.
    """

    findings: tuple[Finding, ...]
    tier: Tier | None
    cases: tuple[LossCase, ...]
    agreed: Agreed | None = None
    slope: Slope | None = None

    @property
    def kappa(self) -> Expr | None:
        """The kappa of the case with the worst tier."""
        return next((c.kappa for c in self.cases if c.tier is self.tier), None)


def loss_report(formula: Formula, scope: Scope, budget: Budget) -> LossReport:
    """The findings on the loss ``formula`` in ``scope``; a stop on the way is a finding with its reason."""
    try:
        parts = reports_by_part(Part(formula, scope), _part_report, budget)
    except Undecided as stop:
        open_ = (Finding(c, Verdict.UNDECIDED, "not derived", reason=stop.reason) for c in _ABOUT_LOSS)
        return LossReport(tuple(open_), None, ())
    if len(parts) == 1:
        return parts[0][1]
    cases = tuple(case for _, report in parts for case in report.cases)
    tiers = [report.tier for _, report in parts]
    findings = zip(*(report.findings for _, report in parts), strict=True)
    return LossReport(tuple(together([p for p, _ in parts], found) for found in findings), _worst(tiers), cases)


_ABOUT_LOSS = (Condition.LOSS_SMOOTH, Condition.LOSS_GRADIENT)


def _part_report(part: Part, budget: Budget) -> LossReport:
    """The report on a part of the scope on which the formula does not branch."""
    try:
        agreed = agreed_expansion(part.formula, part.scope, budget)
        smooth = smooth_finding(Condition.LOSS_SMOOTH, agreed)
        return _report_of(part, smooth, agreed, agreed)
    except Branching:
        raise
    except Kink as stop:
        return _kinked_report(part, stop.reason, budget)
    except Undecided as stop:
        open_ = (Finding(c, Verdict.UNDECIDED, "not derived", reason=stop.reason) for c in _ABOUT_LOSS)
        return LossReport(tuple(open_), None, (_open_case(part, None, Verdict.UNDECIDED),))


def _report_of(part: Part, smooth: Finding, gradient: Agreed, agreed: Agreed | None) -> LossReport:
    """The report with the gradient of ``gradient``; ``agreed`` is None where only the gradient exists."""
    slope = slope_of(gradient.constants, gradient.field)
    cases = tier_cases(slope, gradient.field)
    worst = _worst([c.tier for c in cases])
    finding = _gradient_finding(gradient, slope, cases, worst)
    kappa = part.back(slope.kappa.sympy())
    found = tuple(_case(part, c, conjunction([c.verdict, smooth.verdict]), kappa, slope) for c in cases)
    return LossReport((smooth, finding), worst, tuple(x for group in found for x in group), agreed, slope)


def _case(part: Part, case: TierCase, verdict: Verdict, kappa: Expr, slope: Slope) -> list[LossCase]:
    """The case, and those of closed ends of a parameter at which a SCALED loss is EXACT."""
    one = sympy.Integer(1)
    found = [LossCase(case.classes, part.where, case.tier, one if case.tier is Tier.EXACT else kappa, verdict)]
    if case.tier is Tier.SCALED and not part.where:
        found += [LossCase(case.classes, end, Tier.EXACT, one, verdict) for end in exact_ends(slope)]
    return found


def _open_case(part: Part, tier: Tier | None, verdict: Verdict) -> LossCase:
    return LossCase(part.scope.classes, part.where, tier, None, verdict)


def _kinked_report(part: Part, reason: Reason, budget: Budget) -> LossReport:
    """Where the form has a kink at 0: its sides may share one gradient, or a derivative does not exist."""
    found = break_of(part.formula, part.scope)
    smooth = kink_finding(Condition.LOSS_SMOOTH, found, reason)
    if found is None or found.order == 2:
        shared = _shared_gradient(part, reason, budget)
        if shared is not None:
            return _report_of(part, smooth, shared, None)
    lost = found is not None and found.order < 2
    detail = "the gradient at 0 does not exist" if lost else "the gradient at 0 was not derived"
    gradient = replace(smooth, condition=Condition.LOSS_GRADIENT, detail=detail)
    if not lost:
        gradient = Finding(Condition.LOSS_GRADIENT, Verdict.UNDECIDED, detail, reason=reason)
    tier = Tier.NONDIFF if lost else None
    return LossReport((smooth, gradient), tier, (_open_case(part, tier, smooth.verdict),))


def _shared_gradient(part: Part, reason: Reason, budget: Budget) -> Agreed | None:
    """The expansion of one side of a single kink, if the sides agree in value and gradient at 0.

    Near 0 the formula takes its value from one side or the other, so it is then differentiable at 0.
    """
    sides = smooth_sides(part.formula, reason.where)
    if not sides:
        return None
    try:
        found = [agreed_expansion(side, part.scope, budget) for side in sides]
    except Undecided:
        return None
    first, *others = (f.constants for f in found)
    field = found[0].field
    for other, owner in zip(others, found[1:], strict=True):
        for a, b in ((first.value, other.value), (first.g_y, other.g_y), (first.g_k, other.g_k)):
            if not (a - owner.field.restricted(b, field)).is_zero:
                return None
    return found[0]


def _worst(tiers: list[Tier | None]) -> Tier | None:
    if any(t is None for t in tiers):
        return None
    return max((t for t in tiers if t is not None), key=lambda t: t.rank)


def _gradient_finding(agreed: Agreed, slope: Slope, cases: tuple[TierCase, ...], worst: Tier | None) -> Finding:
    derivation = (
        Step("d l/d z_y at 0", shown(agreed.shown.g_y), "orbit and jet readings agree"),
        Step("d l/d z_k at 0, k != y", shown(agreed.shown.g_k), "orbit and jet readings agree"),
        Step("kappa", slope.kappa.text(), "d_k l - d_y l"),
        Step("c", slope.drift.text(), "mean of the gradient over the classes"),
        *_sign_steps("kappa", [case.kappa for case in cases]),
    )
    balls = any(not s.exact for case in cases for s in (case.kappa, case.drift))
    trust = Trust.BALL if balls else Trust.EXACT
    if worst is None:
        return _undecided(slope, cases, derivation)
    if worst.meets_condition:
        held = f"kappa = {slope.kappa.text()}" if worst is not Tier.EXACT else "kappa = 1"
        detail = f"tier {worst}: b_y = -kappa o_y with {held}, and kappa > 0 in the whole scope"
        return Finding(Condition.LOSS_GRADIENT, Verdict.PROVED, detail, trust, derivation)
    case = next(c for c in cases if c.tier is worst)
    detail = f"tier {worst} for {case.classes}: {worst.value}"
    return Finding(
        Condition.LOSS_GRADIENT, Verdict.REFUTED, detail, trust, derivation, witness=_gradient_witness(slope, case)
    )


def _sign_steps(name: str, signs: list[Sign]) -> Derivation:
    lines = dict.fromkeys(line for sign in signs for line in sign.steps)
    return tuple(Step(f"sign of {name}", line) for line in lines)


def _undecided(slope: Slope, cases: tuple[TierCase, ...], derivation: Derivation) -> Finding:
    case = next(c for c in cases if c.tier is None)
    name, value = ("kappa", slope.kappa) if case.kappa.kind is Kind.UNKNOWN else ("c", slope.drift)
    reason = Reason(
        Code.SIGN_UNKNOWN,
        f"the sign of {name} = {value.text()} for {case.classes} was not decided",
        "give values to parameters or narrow classes=",
    )
    return Finding(Condition.LOSS_GRADIENT, Verdict.UNDECIDED, reason.why, derivation=derivation, reason=reason)


def _gradient_witness(slope: Slope, case: TierCase) -> Witness:
    """A point of ``case`` at which c = 0 or kappa > 0 fails, with the ball that shows it."""
    drifts = nonzero_point(case.drift)
    if drifts is not None:
        return witness_at(slope.drift, drifts, "c, the mean of grad l(0, y) over the classes", "c = 0")
    return witness_at(slope.kappa, point_where(case.kappa, lambda sign: sign <= 0), "kappa", "kappa > 0")
