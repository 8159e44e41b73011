"""What is decided about a loss that treats all classes alike, on a part of the scope: smooth at 0, and its tiers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import agreed_expansion
from symcheck.conditions.agreement.agreed import Agreed
from symcheck.conditions.cases.cells import OPEN
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.cases.split import SignChange
from symcheck.conditions.cases.switches import has_detached_tie
from symcheck.conditions.cases.witness_points import witness_at
from symcheck.conditions.gradient.gradient_form import GradientForm, alike_form
from symcheck.conditions.gradient.reports import PartReport, TierRow
from symcheck.conditions.gradient.tiers import TierCase, tier_cases, worst_tier
from symcheck.conditions.smoothness.first_order import KinkGradient, gradient_at_kink
from symcheck.conditions.smoothness.kink import Break, break_of
from symcheck.conditions.smoothness.smooth import kink_finding, smooth_finding
from symcheck.conditions.smoothness.two_sides import agreed_sides, changing_factor, without_dead_kinks
from symcheck.field.ball import Point
from symcheck.field.field import Field
from symcheck.field.signs.sign import Sample, Sign
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Derivation, Step
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.findings.witness import Witness
from symcheck.readings.stops import Branching, Kink
from symcheck.reason import Code, Reason
from symcheck.render.expression import expression_text


@dataclass(frozen=True)
class FoundGradient:
    """The ``form``, with the texts of d l/d z_y ``at_label`` and of d l/d z_k ``elsewhere``, and how it was found."""

    form: GradientForm
    at_label: str
    elsewhere: str
    reason: str


def _found_by_readings(agreed: Agreed) -> FoundGradient:
    form = alike_form(agreed.constants, agreed.field)
    return FoundGradient(form, agreed.text("g_y"), agreed.text("g_k"), agreed.how)


def _found_at_kink(found: KinkGradient) -> FoundGradient:
    g = found.gradient
    return FoundGradient(alike_form(g, found.field), g.g_y.text(), g.g_k.text(), found.reason)


def alike_report(part: Part, budget: Budget) -> PartReport:
    """The report on a part of the scope on which the formula does not branch, and the signs do not change."""
    try:
        agreed = agreed_expansion(part.formula, part.scope, budget)
    except Kink as stop:
        return _of_kink(part, stop.reason, budget)
    smooth = smooth_finding(Condition.LOSS_SMOOTH, agreed)
    return _settled(_report_of(part, smooth, _found_by_readings(agreed), agreed))


def _settled(found: tuple[PartReport, tuple[TierCase, ...]]) -> PartReport:
    """The report; raises ``SignChange`` where kappa or c has not one sign because of a parameter."""
    report, cases = found
    form = report.form
    assert form is not None
    for case in cases:
        for constant, sign in ((form.kappa, case.kappa), (form.c, case.drift)):
            # Where C alone decides, the cases are runs of classes, and no cut is needed.
            if sign.kind in OPEN and form.field.depends(constant) - {"C"}:
                raise SignChange(constant, report)
    return report


def _report_of(
    part: Part, smooth: Finding, gradient: FoundGradient, agreed: Agreed | None, *, is_uniform: bool = True
) -> tuple[PartReport, tuple[TierCase, ...]]:
    """The report with this ``gradient``; ``agreed`` is None where only the gradient exists."""
    form = gradient.form
    cases = tier_cases(form)
    rows = tuple(
        TierRow(
            c.classes,
            c.tier,
            conjunction([c.verdict, smooth.verdict]),
            (c.verdict is Verdict.REFUTED and c.is_uniform) or (smooth.verdict is Verdict.REFUTED and is_uniform),
            c.is_one_tier,
        )
        for c in cases
    )
    return PartReport(smooth, _gradient_finding(part, gradient, cases), rows, form.kappa, agreed, form), cases


def _of_kink(part: Part, reason: Reason, budget: Budget) -> PartReport:
    """Where the form has a kink: it may be multiplied by 0, in the whole part or somewhere in it."""
    lighter = without_dead_kinks(part, budget)
    # Dropped before anything is said of a kink: what is multiplied by 0, as in (C - 3)*abs(z[y]) at C = 3, has none.
    if lighter.formula != part.formula:
        return alike_report(lighter, budget)
    report = _kinked_report(part, reason, budget)
    factor = changing_factor(part, budget)
    if factor is not None:
        raise SignChange(factor, report)
    return report


def _kinked_report(part: Part, reason: Reason, budget: Budget) -> PartReport:
    """Where the form has a kink at 0: the gradient may exist all the same, or a derivative does not."""
    if has_detached_tie(part.formula, Field(part.scope, budget)):
        return _without_gradient(part, None, reason)
    found = break_of(part.formula, part.scope)
    # A break at one point says nothing of the others: a gradient that exists for all parameter values is one, whatever
    # the second derivatives do.
    sides = agreed_sides(part, reason, budget) if found is None or not found.is_uniform else None
    if sides is not None and sides.is_shared:
        found = _wider(found, sides.bend())
        return _with_gradient(part, found, reason, _found_by_readings(sides.above))
    if sides is not None:
        found = _wider(found, sides.jump())
    if found is not None and found.order < 2:
        return _without_gradient(part, found, reason)
    try:
        gradient = gradient_at_kink(part.formula, part.scope, budget)
    except Branching as stop:
        raise SignChange(stop.constant, _without_gradient(part, found, reason)) from None
    if gradient is None:
        return _without_gradient(part, found, reason)
    return _with_gradient(part, found, reason, _found_at_kink(gradient))


def _with_gradient(part: Part, found: Break | None, reason: Reason, gradient: FoundGradient) -> PartReport:
    """The report with a gradient that exists, though the form has a kink; ``found``: second derivatives do not."""
    smooth = kink_finding(Condition.LOSS_SMOOTH, found, reason)
    is_uniform = found is not None and found.is_uniform
    return _settled(_report_of(part, smooth, gradient, None, is_uniform=is_uniform))


def _without_gradient(part: Part, found: Break | None, reason: Reason) -> PartReport:
    """The report where the gradient does not exist, or is open."""
    classes = part.scope.classes
    smooth = kink_finding(Condition.LOSS_SMOOTH, found, reason)
    is_uniform = found is None or found.is_uniform
    if found is None or found.order == 2:
        gradient = Finding(
            Condition.LOSS_GRADIENT, Verdict.UNDECIDED, "the gradient at 0 was not derived", reason=reason
        )
        return PartReport(smooth, gradient, (TierRow(classes, None, smooth.verdict, is_uniform),))
    gradient = replace(smooth, condition=Condition.LOSS_GRADIENT, detail="the gradient at 0 does not exist")
    return PartReport(smooth, gradient, (TierRow(classes, Tier.NONDIFF, smooth.verdict, is_uniform, is_uniform),))


def _wider(found: Break | None, other: Break | None) -> Break | None:
    """The first break, or the other one if there is none or if only the other is known at every point."""
    if found is None or other is None:
        return found or other
    return replace(found, is_uniform=found.is_uniform or (other.is_uniform and other.order <= found.order))


def _gradient_finding(part: Part, gradient: FoundGradient, cases: tuple[TierCase, ...]) -> Finding:
    form = gradient.form
    derivation = (
        Step("d l/d z_y at 0", gradient.at_label, gradient.reason),
        Step("d l/d z_k at 0, k != y", gradient.elsewhere, gradient.reason),
        Step("kappa", expression_text(form.kappa.sympy()), "d_k l - d_y l"),
        Step("c", expression_text(form.c.sympy()), "mean of the gradient over the classes"),
        *_sign_steps("kappa", [case.kappa for case in cases]),
    )
    balls = any(not s.exact for case in cases for s in (case.kappa, case.drift))
    trust = Trust.BALL if balls else Trust.EXACT
    verdict = conjunction(c.verdict for c in cases)
    if verdict is Verdict.UNDECIDED:
        return _undecided(form, cases, derivation)
    if verdict is Verdict.PROVED:
        tier = worst_tier([c.tier for c in cases])
        name = "EXACT or SCALED" if tier is None else str(tier)
        held = "kappa = 1" if tier is Tier.EXACT else f"kappa = {part.text(form.kappa)} > 0"
        detail = f"tier {name}: b_y = -kappa o_y with {held}"
        return Finding(Condition.LOSS_GRADIENT, Verdict.PROVED, detail, trust, derivation)
    failing = [c for c in cases if c.point is not None]
    # A reader is shown the worst tier that occurs; a case whose tier is open comes last.
    case = max(failing, key=lambda c: -1 if c.tier is None else c.tier.rank)
    assert case.point is not None
    detail = "b_y = -kappa o_y + c 1, and not both c = 0 and kappa > 0"
    if case.tier is not None:
        there = (
            f" for {case.classes}" if case.is_one_tier else f" occurs for {str(case.classes).replace('every', 'some')}"
        )
        detail = f"tier {case.tier}{there}: {case.tier.value}"
    witness = _gradient_witness(form, case.point)
    return Finding(Condition.LOSS_GRADIENT, Verdict.REFUTED, detail, trust, derivation, witness=witness)


def _sign_steps(name: str, signs: list[Sign]) -> Derivation:
    lines = dict.fromkeys(line for sign in signs for line in sign.steps)
    return tuple(Step(f"sign of {name}", line) for line in lines)


def _undecided(form: GradientForm, cases: tuple[TierCase, ...], derivation: Derivation) -> Finding:
    case = next(c for c in cases if c.verdict is Verdict.UNDECIDED)
    is_open = case.kappa.kind in OPEN
    name, value = ("kappa", form.kappa) if is_open else ("c", form.c)
    reason = Reason(
        Code.SIGN_UNKNOWN,
        f"the sign of {name} = {value.text()} for {case.classes} was not decided",
        "give values to parameters or narrow classes=",
    )
    return Finding(Condition.LOSS_GRADIENT, Verdict.UNDECIDED, reason.why, derivation=derivation, reason=reason)


def _gradient_witness(form: GradientForm, point: Sample) -> Witness:
    """c, or else kappa, at a point at which c = 0 or kappa > 0 fails."""
    there = Point(form.kappa.field, point.values)
    # c != 0 is shown first: where it fails, no kappa would do.
    drift, kappa = (there.sign(c) or 0 for c in (form.c, form.kappa))
    if drift:
        quantity = "c, the mean of grad l(0, y) over the classes"
        return witness_at(form.c, replace(point, sign=drift), quantity, "c = 0")
    return witness_at(form.kappa, replace(point, sign=kappa), "kappa", "kappa > 0")
