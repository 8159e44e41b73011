"""What is decided about a regularizer: smooth at 0, a minimum there, and how its Hessian curves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import agreed_expansion
from symcheck.conditions.agreement.agreed import Agreed
from symcheck.conditions.cases.cells import OPEN
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.cases.split import Reports, SignChange, reports_by_part
from symcheck.conditions.cases.wider import NOT_WHOLE
from symcheck.conditions.cases.witness_points import nonzero_point, witness_at
from symcheck.conditions.curvature.alike_hessian import Curvature, alike_hessians, curvature_of
from symcheck.conditions.curvature.apart_hessian import ApartHessian
from symcheck.conditions.curvature.apart_report import apart_report
from symcheck.conditions.curvature.part_report import PartReport, gradient_by_kink, open_part_report
from symcheck.conditions.smoothness.first_order import gradient_at_kink
from symcheck.conditions.smoothness.kink import Break, break_of
from symcheck.conditions.smoothness.smooth import kink_finding, smooth_finding
from symcheck.conditions.smoothness.two_sides import changing_factor, without_dead_kinks
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust, not_derived
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.stops import Branching, Kink
from symcheck.reason import Code, Reason


@dataclass(frozen=True)
class RegularizerReport:
    """The ``reports`` on parts of the scope: one part where classes are treated differently."""

    reports: Reports[PartReport]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings in the whole scope but for the curvature, which depends on the loss."""
        return self.reports.together(lambda r: r.smooth), self.reports.together(lambda r: r.gradient)

    @property
    def agreed(self) -> Agreed | None:
        """The expansion in the whole scope, None if it was split or not derived."""
        return self._only.agreed if self._only is not None else None

    @property
    def curvature(self) -> Curvature | None:
        """The Hessian s I + t 11' in the whole scope, None if it was split, has another form or was not derived."""
        return self._only.curvature if self._only is not None else None

    @property
    def apart(self) -> ApartHessian | None:
        """The Hessian of a regularizer that treats classes differently."""
        found = () if self._only is None else self._only.hessians
        return next((h for h in found if isinstance(h, ApartHessian)), None)

    @property
    def _only(self) -> PartReport | None:
        return self.reports.pairs[0][1] if len(self.reports.pairs) == 1 else None


def regularizer_report(formula: Formula, scope: Scope, budget: Budget) -> RegularizerReport:
    """The findings on the regularizer ``formula``; a stop on the way is a finding with its reason.

    Raises ``FormulaError`` where the formula has no value at z = 0.
    """
    part = Part(formula, scope)
    if formula.is_classwise:
        return RegularizerReport(Reports(((part, apart_report(part, budget)),)))
    reports = reports_by_part(part, _alike_report, lambda _, reason: open_part_report(reason), budget)
    return RegularizerReport(reports.mapped(_held))


def open_regularizer_report(formula: Formula, scope: Scope, reason: Reason) -> RegularizerReport:
    """The report on a regularizer of which nothing was derived, for ``reason``."""
    return RegularizerReport(Reports(((Part(formula, scope.of(formula)), open_part_report(reason)),)))


def _held(part: Part, report: PartReport) -> PartReport:
    """What is REFUTED where a part holds more values than the scope says nothing of the scope."""
    # PROVED on more than the scope holds on the scope.
    is_open = part.is_wider and report.verdict is Verdict.REFUTED
    return open_part_report(NOT_WHOLE) if is_open else report


def _alike_report(part: Part, budget: Budget) -> PartReport:
    """The report on a part on which the formula does not branch, and the eigenvalues do not change their signs."""
    try:
        agreed = agreed_expansion(part.formula, part.scope, budget)
        curvature = curvature_of(agreed.constants, agreed.field)
        hessians = alike_hessians(part.scope, agreed, curvature)
        slope = agreed.constants.g_k
        gradient = _gradient_finding(slope, agreed.text("g_k"), agreed.how)
    except Kink as stop:
        return _of_kink(part, stop.reason, budget)
    smooth = smooth_finding(Condition.REGULARIZER_SMOOTH, agreed)
    is_uniform = agreed.field.sign(agreed.constants.g_k).kind in (Kind.POSITIVE, Kind.NEGATIVE)
    report = PartReport(smooth, gradient, hessians, is_uniform, agreed, curvature)
    # The slope is 0 or not for all classes at once in one part, so that C counts as well: it has no cases of its own.
    changing = [slope] if agreed.field.sign(slope).kind in OPEN else []
    changing += [c for c in (curvature.s, curvature.along) if _changes(c)]  # by C they are told apart as cases
    if changing:
        raise SignChange(changing[0], report)
    return report


def _changes(c: Element) -> bool:
    """Whether a parameter decides the sign."""
    return bool(c.field.depends(c) - {"C"}) and c.field.sign(c).kind in OPEN


def _of_kink(part: Part, reason: Reason, budget: Budget) -> PartReport:
    """Where the form has a kink: it may be multiplied by 0, in the whole part or somewhere in it."""
    lighter = without_dead_kinks(part, budget)
    if lighter.formula != part.formula:
        return _alike_report(lighter, budget)
    found = break_of(part.formula, part.scope)
    smooth = kink_finding(Condition.REGULARIZER_SMOOTH, found, reason)
    is_uniform = found is not None and found.is_uniform
    try:
        gradient = _gradient_at_kink(part, found, reason, budget)
    except Branching as stop:
        gradient = not_derived(Condition.REGULARIZER_GRADIENT, reason)
        raise SignChange(stop.constant, PartReport(smooth, gradient, is_uniform=is_uniform)) from None
    report = PartReport(smooth, gradient, is_uniform=is_uniform)
    factor = changing_factor(part, budget)
    if factor is not None:
        raise SignChange(factor, report)
    return report


def _gradient_finding(slope: Element, text: str, how: str) -> Finding:
    derivation = (Step("d g/d z_k at 0", text, how),)
    condition = Condition.REGULARIZER_GRADIENT
    if slope.is_zero:
        return Finding(condition, Verdict.PROVED, "every partial derivative at 0 is 0", derivation=derivation)
    sign = slope.field.sign(slope)
    if sign.kind is Kind.ZERO:
        steps = (*derivation, *(Step("sign of d g/d z_k", line) for line in sign.steps))
        return Finding(condition, Verdict.PROVED, "every partial derivative at 0 is 0", Trust.BALL, steps)
    point = nonzero_point(sign)
    if point is None:
        reason = Reason(
            Code.SIGN_UNKNOWN,
            f"{slope.text()} was not shown to be zero, nor non-zero anywhere",
            "give values to parameters",
        )
        return Finding(condition, Verdict.UNDECIDED, reason.why, derivation=derivation, reason=reason)
    witness = witness_at(slope, point, "d g/d z_k at 0", "0")
    detail = f"0 is not a minimum of g: every partial derivative at 0 is {slope.text()}"
    return Finding(condition, Verdict.REFUTED, detail, Trust.BALL, derivation, witness)


def _gradient_at_kink(part: Part, found: Break | None, reason: Reason, budget: Budget) -> Finding:
    known = gradient_by_kink(part.formula, part.scope, found)
    if known is not None:
        return known
    gradient = gradient_at_kink(part.formula, part.scope, budget)
    if gradient is None:
        return not_derived(Condition.REGULARIZER_GRADIENT, reason)
    slope = gradient.gradient.g_k
    return _gradient_finding(slope, slope.text(), gradient.reason)
