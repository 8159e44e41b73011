"""What is decided about a loss alone: whether it is smooth at 0, and which form its gradient there has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sympy

from symcheck.budget import Budget
from symcheck.calculus.agree import Agreed, agreed_expansion, shown
from symcheck.calculus.gradient import Slope, TierCase, exact_ends, slope_of, tier_cases
from symcheck.calculus.kink import Break, break_of, sides_of
from symcheck.calculus.smooth import kink_finding, smooth_finding
from symcheck.calculus.split import Part, reports_by_part, together
from symcheck.calculus.witness import nonzero_point, point_where, witness_at
from symcheck.case import Case
from symcheck.constants.constant import Constant
from symcheck.constants.sign import Kind, Sign
from symcheck.derivation import Derivation, Step
from symcheck.finding import Condition, Finding, Trust
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.expansion import Expansion
from symcheck.readings.stops import Branching, Kink
from symcheck.reason import Code, Reason, Undecided
from symcheck.tier import Tier
from symcheck.verdict import Verdict, conjunction
from symcheck.witness import Witness

if TYPE_CHECKING:
    from sympy import Expr


@dataclass(frozen=True)
class LossReport:
    """The ``findings``, the ``cases`` and the worst ``tier`` in the scope, None if a part of it is undecided.

    ``agreed`` and ``slope`` are those of the whole scope, None where the formula branches on it or is not smooth.
    """

    findings: tuple[Finding, ...]
    tier: Tier | None
    cases: tuple[Case, ...]
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


def _case(part: Part, case: TierCase, verdict: Verdict, kappa: Expr, slope: Slope) -> list[Case]:
    """The case, and those of closed ends of a parameter at which a SCALED loss is EXACT."""
    one = sympy.Integer(1)
    found = [Case(case.classes, part.where, case.tier, one if case.tier is Tier.EXACT else kappa, verdict)]
    if case.tier is Tier.SCALED and not part.where:
        found += [Case(case.classes, end, Tier.EXACT, one, verdict) for end in exact_ends(slope)]
    return found


def _open_case(part: Part, tier: Tier | None, verdict: Verdict) -> Case:
    return Case(part.scope.classes, part.where, tier, None, verdict)


def _kinked_report(part: Part, reason: Reason, budget: Budget) -> LossReport:
    """Where the form has a kink at 0: its two sides may share a gradient, or a derivative does not exist."""
    found = break_of(part.formula, part.scope)
    sides = None if found is not None and found.order < 2 else _agreed_sides(part, reason, budget)
    if sides is not None and sides.is_shared:
        found = found or sides.bend()
        return _report_of(part, kink_finding(Condition.LOSS_SMOOTH, found, reason), sides.above, None)
    if found is None and sides is not None:
        found = sides.jump()
    smooth = kink_finding(Condition.LOSS_SMOOTH, found, reason)
    if found is None or found.order == 2:
        gradient = Finding(
            Condition.LOSS_GRADIENT, Verdict.UNDECIDED, "the gradient at 0 was not derived", reason=reason
        )
        return LossReport((smooth, gradient), None, (_open_case(part, None, smooth.verdict),))
    gradient = replace(smooth, condition=Condition.LOSS_GRADIENT, detail="the gradient at 0 does not exist")
    return LossReport((smooth, gradient), Tier.NONDIFF, (_open_case(part, Tier.NONDIFF, smooth.verdict),))


@dataclass(frozen=True)
class _AgreedSides:
    """The expansions on the two sides of a kink, over one field, and that of what decides the side.

    Near 0 the loss takes its value from one side or the other.
    """

    switch: Expansion[Constant]
    above: Agreed
    below: Expansion[Constant]

    @property
    def is_shared(self) -> bool:
        """Whether both have one value and one gradient at 0: then this is the gradient of the loss."""
        return all(d.is_zero for d in self._differences())

    def jump(self) -> Break | None:
        """The gradients of the sides differ where both sides occur: along a generic line the slopes differ."""
        value, *slopes = self._differences()
        if not value.is_zero:
            return None
        names = ("d l/d z_y", "d l/d z_k")
        return self._break(1, "not differentiable at 0: the gradients of its two sides differ", names, slopes)

    def bend(self) -> Break | None:
        """The Hessians of the sides differ: both are limits of the second derivative at 0."""
        a, b = self.above.constants, self.below
        bends = [a.h_yy - b.h_yy, a.h_yk - b.h_yk, a.h_kk - b.h_kk]
        names = ("d^2 l/d z_y^2", "d^2 l/d z_y d z_k", "d^2 l/d z_k^2")
        detail = "not twice continuously differentiable at 0: the Hessians of its two sides differ"
        return self._break(2, detail, names, bends)

    def _break(self, order: int, detail: str, names: tuple[str, ...], differences: list[Constant]) -> Break | None:
        """The first difference that is shown not to be 0, if both sides occur near 0."""
        field = self.above.field
        if not any(nonzero_point(field.sign(t)) for t in (self.switch.g_y, self.switch.g_k)):
            return None
        for name, d in zip(names, differences, strict=True):
            point = nonzero_point(field.sign(d))
            if point is not None:
                quantity = f"the difference of {name} at 0 between the two sides of the kink"
                return Break(order, detail, witness_at(d, point, quantity, "0"))
        return None

    def _differences(self) -> tuple[Constant, Constant, Constant]:
        a, b = self.above.constants, self.below
        return a.value - b.value, a.g_y - b.g_y, a.g_k - b.g_k


def _agreed_sides(part: Part, reason: Reason, budget: Budget) -> _AgreedSides | None:
    sides = sides_of(part.formula, reason.where)
    if sides is None:
        return None
    try:
        above = agreed_expansion(sides.above, part.scope, budget)
        below = agreed_expansion(sides.below, part.scope, budget).taken_over(above.field)
        switch = agreed_expansion(sides.switch, part.scope, budget).taken_over(above.field)
    except Undecided:
        return None
    return _AgreedSides(switch, above, below)


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
