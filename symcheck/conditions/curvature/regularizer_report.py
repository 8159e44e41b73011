"""What is decided about a regularizer: smooth at 0, a minimum there, and how its Hessian curves."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import agreed_expansion
from symcheck.conditions.agreement.agreed import Agreed
from symcheck.conditions.cases.cells import OPEN
from symcheck.conditions.cases.partitions import refined
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.cases.split import Reports, SignChange, reports_by_part
from symcheck.conditions.cases.wider import NOT_WHOLE
from symcheck.conditions.cases.witness_points import nonzero_point, witness_at
from symcheck.conditions.curvature.hessian import Hessian, HessianCase
from symcheck.conditions.smoothness.first_order import gradient_at_kink
from symcheck.conditions.smoothness.kink import Break, break_of
from symcheck.conditions.smoothness.smooth import kink_finding, smooth_finding
from symcheck.conditions.smoothness.two_sides import changing_factor, without_dead_kinks
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.pieces import pieces
from symcheck.field.signs.sign import Kind, Sign
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.readings.expansion import Expansion
from symcheck.readings.stops import Branching, Kink
from symcheck.readings.weight import degree, is_continuous
from symcheck.reason import Code, Reason


@dataclass(frozen=True)
class Curvature:
    """D^2 g(0) = s I + t 11', with eigenvalue ``s`` on the complement of (1, ..., 1) and ``along`` = s + C t."""

    s: Element
    t: Element
    along: Element


@dataclass(frozen=True)
class CurvatureCase:
    """The signs of the two eigenvalues for the numbers of ``classes``."""

    classes: Classes
    across: Sign
    along: Sign

    @property
    def is_flat_along_ones(self) -> bool:
        """Whether D^2 g(0) (1, ..., 1) = 0 there, as for every shift-invariant g."""
        return self.along.kind is Kind.ZERO


@dataclass(frozen=True)
class PartReport:
    """The findings on one part of the scope, and how the Hessian curves there; None where the readings stopped.

    ``is_uniform``: what of the two findings is REFUTED is so at every point of the part.
    """

    smooth: Finding
    gradient: Finding
    agreed: Agreed | None = None
    curvature: Curvature | None = None
    cases: tuple[CurvatureCase, ...] = ()
    is_uniform: bool = True

    @property
    def verdict(self) -> Verdict:
        """Whether g is smooth, with a stationary point at 0."""
        return conjunction([self.smooth.verdict, self.gradient.verdict])


@dataclass(frozen=True)
class RegularizerReport:
    """``findings`` but for the curvature, which depends on the loss, and the ``reports`` on parts of the scope.

    ``hessian`` in their place, with its ``cases``, for a regularizer that treats classes differently.
    """

    findings: tuple[Finding, ...]
    reports: Reports[PartReport] | None = None
    cases: tuple[HessianCase, ...] = ()
    hessian: Hessian | None = None

    @property
    def agreed(self) -> Agreed | None:
        """The expansion in the whole scope, None if it was split or not derived."""
        return self._only.agreed if self._only is not None else None

    @property
    def curvature(self) -> Curvature | None:
        """The Hessian in the whole scope, None if it was split or not derived."""
        return self._only.curvature if self._only is not None else None

    @property
    def _only(self) -> PartReport | None:
        return self.reports.pairs[0][1] if self.reports is not None and len(self.reports.pairs) == 1 else None


_ABOUT = (Condition.REGULARIZER_SMOOTH, Condition.REGULARIZER_GRADIENT)


def regularizer_report(formula: Formula, scope: Scope, budget: Budget) -> RegularizerReport:
    """The findings on the regularizer ``formula``; a stop on the way is a finding with its reason."""
    reports = reports_by_part(Part(formula, scope), _part_report, _open, budget).mapped(_held)
    return RegularizerReport((reports.together(lambda r: r.smooth), reports.together(lambda r: r.gradient)), reports)


def open_regularizer_report(reason: Reason) -> RegularizerReport:
    """The report on a regularizer of which nothing was derived, for ``reason``."""
    return RegularizerReport(not_derived(reason, *_ABOUT))


def _part_report(part: Part, budget: Budget) -> PartReport:
    """The report on a part on which the formula does not branch, and the eigenvalues do not change their signs."""
    try:
        agreed = agreed_expansion(part.formula, part.scope, budget)
        curvature = curvature_of(agreed.constants, agreed.field)
        runs = refined(pieces(curvature.s), pieces(curvature.along))
        slope = agreed.constants.g_k
        gradient = _gradient_finding(slope, agreed.text("g_k"), agreed.how)
    except Kink as stop:
        return _of_kink(part, stop.reason, budget)
    cases = tuple(CurvatureCase(classes, across, along) for classes, (across, along) in runs)
    smooth = smooth_finding(Condition.REGULARIZER_SMOOTH, agreed)
    is_uniform = agreed.field.sign(agreed.constants.g_k).kind in (Kind.POSITIVE, Kind.NEGATIVE)
    report = PartReport(smooth, gradient, agreed, curvature, cases, is_uniform)
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
        return _part_report(lighter, budget)
    found = break_of(part.formula, part.scope)
    smooth = kink_finding(Condition.REGULARIZER_SMOOTH, found, reason)
    is_uniform = found is not None and found.is_uniform
    try:
        gradient = _kinked_gradient(part.formula, part.scope, found, reason, budget)
    except Branching as stop:
        gradient = not_derived(reason, Condition.REGULARIZER_GRADIENT)[0]
        raise SignChange(stop.constant, PartReport(smooth, gradient, is_uniform=is_uniform)) from None
    report = PartReport(smooth, gradient, is_uniform=is_uniform)
    factor = changing_factor(part, budget)
    if factor is not None:
        raise SignChange(factor, report)
    return report


def _held(part: Part, report: PartReport) -> PartReport:
    """What is REFUTED where a part holds more values than the scope says nothing of the scope."""
    # PROVED on more than the scope holds on the scope.
    if not part.is_wider or report.verdict is not Verdict.REFUTED:
        return report
    return _open(part, NOT_WHOLE)


def _open(_: Part, reason: Reason) -> PartReport:
    smooth, gradient = not_derived(reason, *_ABOUT)
    return PartReport(smooth, gradient)


def curvature_of(expansion: Expansion[Element], field: Field) -> Curvature:
    """The s, t and s + C t of D^2 g(0) = s I + t 11'."""
    s, t = expansion.h_kk - expansion.h_yk, expansion.h_yk
    return Curvature(s, t, s + field.C * t)


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


def _kinked_gradient(formula: Formula, scope: Scope, found: Break | None, reason: Reason, budget: Budget) -> Finding:
    """grad g(0) where the form has a kink: lost with it, 0 by the degree of homogeneity, or found all the same."""
    condition = Condition.REGULARIZER_GRADIENT
    if found is not None and found.order < 2:
        return Finding(condition, Verdict.REFUTED, found.detail, Trust.BALL, witness=found.witness)
    field = Field(scope)
    k = degree(formula, field)
    # Continuity is needed: a g of degree k that is unbounded on the sphere obeys no bound K ||z||**k.
    if k is not None and field.sign(k - field.number(1)).kind is Kind.POSITIVE and is_continuous(formula):
        step = Step("g(tz), t > 0", f"t**({k.text()})*g(z)", "so |g(z)| <= K ||z||**k with k > 1, and grad g(0) = 0")
        return Finding(condition, Verdict.PROVED, "0 is a stationary point: g is of degree > 1", derivation=(step,))
    gradient = gradient_at_kink(formula, scope, budget)
    if gradient is None:
        return not_derived(reason, condition)[0]
    slope = gradient.gradient.g_k
    return _gradient_finding(slope, slope.text(), gradient.reason)


def not_derived(reason: Reason, *conditions: Condition) -> tuple[Finding, ...]:
    """An open finding on each of ``conditions``."""
    return tuple(Finding(c, Verdict.UNDECIDED, "not derived", reason=reason) for c in conditions)
