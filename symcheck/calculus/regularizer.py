"""What is decided about a regularizer: smooth at 0, a minimum there, and how its Hessian curves."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.budget import Budget
from symcheck.calculus.agree import Agreed, agreed_expansion, shown
from symcheck.calculus.cases import refined
from symcheck.calculus.hessian import Hessian, HessianCase
from symcheck.calculus.kink import Break, break_of
from symcheck.calculus.smooth import kink_finding, smooth_finding
from symcheck.calculus.witness import nonzero_point, point_where, witness_at
from symcheck.constants.field import Constant, Field
from symcheck.constants.pieces import pieces
from symcheck.constants.sign import Kind, Sign
from symcheck.derivation import Derivation, Step
from symcheck.finding import Condition, Finding, Trust
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.readings.expansion import Expansion
from symcheck.readings.stops import Kink
from symcheck.readings.weight import degree, is_continuous
from symcheck.reason import Code, Reason, Undecided
from symcheck.verdict import Verdict


@dataclass(frozen=True)
class Curvature:
    """D^2 g(0) = s I + t 11', with eigenvalue ``s`` on the complement of (1, ..., 1) and ``along`` = s + C t."""

    s: Constant
    t: Constant
    along: Constant


@dataclass(frozen=True)
class CurvatureCase:
    """The signs of the two eigenvalues for the numbers of ``classes``."""

    classes: Classes
    across: Sign
    along: Sign

    def verdict(self, *, quotient: bool) -> Verdict:
        """Whether the Hessian is positive definite there, on R^C or on the quotient by (1, ..., 1)."""
        signs = (self.across,) if quotient else (self.across, self.along)
        if any(s.kind not in (Kind.POSITIVE, Kind.UNKNOWN) for s in signs):
            return Verdict.REFUTED
        return Verdict.UNDECIDED if any(s.kind is Kind.UNKNOWN for s in signs) else Verdict.PROVED


@dataclass(frozen=True)
class RegularizerReport:
    """``findings`` but for the curvature, which depends on the loss; None where the readings stopped.

    ``hessian`` in the place of ``curvature`` for a regularizer that treats classes differently.
    """

    findings: tuple[Finding, ...]
    agreed: Agreed | None = None
    curvature: Curvature | None = None
    cases: tuple[CurvatureCase | HessianCase, ...] = ()
    hessian: Hessian | None = None

    @property
    def is_flat_along_ones(self) -> bool:
        """Whether D^2 g(0) (1, ..., 1) = 0 identically, as for every shift-invariant g."""
        if self.hessian is not None:
            return self.hessian.is_flat_along_ones
        return self.curvature is not None and self.curvature.along.is_zero


def regularizer_report(formula: Formula, scope: Scope, budget: Budget) -> RegularizerReport:
    """The findings on the regularizer ``formula``; a stop on the way is a finding with its reason."""
    try:
        agreed = agreed_expansion(formula, scope, budget)
        curvature = curvature_of(agreed.constants, agreed.field)
        parts = refined(pieces(curvature.s), pieces(curvature.along))
        gradient = _gradient_finding(agreed)
    except Kink as stop:
        found = break_of(formula, scope)
        kink = kink_finding(Condition.REGULARIZER_SMOOTH, found, stop.reason)
        return RegularizerReport((kink, _kinked_gradient(formula, scope, found, stop.reason)))
    except Undecided as stop:
        return RegularizerReport(
            _not_derived(stop.reason, Condition.REGULARIZER_SMOOTH, Condition.REGULARIZER_GRADIENT)
        )
    cases = tuple(CurvatureCase(classes, across, along) for classes, (across, along) in parts)
    smooth = smooth_finding(Condition.REGULARIZER_SMOOTH, agreed)
    return RegularizerReport((smooth, gradient), agreed, curvature, cases)


def curvature_of(expansion: Expansion[Constant], field: Field) -> Curvature:
    """The s, t and s + C t of D^2 g(0) = s I + t 11'."""
    s, t = expansion.h_kk - expansion.h_yk, expansion.h_yk
    return Curvature(s, t, s + field.C * t)


def curvature_finding(report: RegularizerReport, *, quotient: bool) -> Finding:
    """Whether D^2 g(0) is positive definite in the whole scope, on R^C or on the quotient."""
    condition = Condition.REGULARIZER_CURVATURE
    if report.hessian is not None:
        return report.hessian.finding(quotient=quotient)
    if report.curvature is None or report.agreed is None:
        return _not_derived(report.findings[-1].reason, condition)[0]
    s, along = report.curvature.s, report.curvature.along
    space = "the quotient by (1, ..., 1)" if quotient else "R^C"
    derivation: Derivation = (
        Step("d^2 g/d z_k^2 at 0", shown(report.agreed.shown.h_kk), "orbit and jet readings agree"),
        Step("d^2 g/d z_k d z_l at 0, l != k", shown(report.agreed.shown.h_yk), "orbit and jet readings agree"),
        Step("eigenvalue on the complement of (1, ..., 1)", s.text(), "difference of the two"),
        Step("eigenvalue along (1, ..., 1)", along.text(), "the first plus (C - 1) times the second"),
    )
    cases = [c for c in report.cases if isinstance(c, CurvatureCase)]
    verdicts = [c.verdict(quotient=quotient) for c in cases]
    worst = cases[verdicts.index(min(verdicts))]
    signs = (worst.across,) if quotient else (worst.across, worst.along)
    trust = Trust.EXACT if all(x.exact for c in cases for x in (c.across, c.along)) else Trust.BALL
    if min(verdicts) is Verdict.PROVED:
        detail = f"D^2 g(0) is positive definite on {space}: " + (
            f"eigenvalue {s.text()}" if quotient else f"eigenvalues {s.text()} and, along (1, ..., 1), {along.text()}"
        )
        return Finding(condition, Verdict.PROVED, detail, trust, derivation)
    if min(verdicts) is Verdict.UNDECIDED:
        value = s if worst.across.kind is Kind.UNKNOWN else along
        reason = Reason(
            Code.SIGN_UNKNOWN,
            f"the sign of the eigenvalue {value.text()} of D^2 g(0) for {worst.classes} was not decided",
            "give values to parameters or narrow classes=",
        )
        return Finding(condition, Verdict.UNDECIDED, reason.why, trust, derivation, reason=reason)
    bad, value, name = (
        (worst.across, s, "the eigenvalue of D^2 g(0) on the complement of (1, ..., 1)")
        if signs[0].kind not in (Kind.POSITIVE, Kind.UNKNOWN)
        else (worst.along, along, "the eigenvalue of D^2 g(0) along (1, ..., 1)")
    )
    witness = witness_at(value, point_where(bad, lambda sign: sign <= 0), name, "a value > 0")
    detail = f"D^2 g(0) is not positive definite on {space} for {worst.classes}: {name} is {value.text()}"
    return Finding(condition, Verdict.REFUTED, detail, trust, derivation, witness)


def _gradient_finding(agreed: Agreed) -> Finding:
    slope = agreed.constants.g_k
    derivation = (Step("d g/d z_k at 0", shown(agreed.shown.g_k), "orbit and jet readings agree"),)
    condition = Condition.REGULARIZER_GRADIENT
    if slope.is_zero:
        return Finding(condition, Verdict.PROVED, "every partial derivative at 0 is 0", derivation=derivation)
    sign = agreed.field.sign(slope)
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


def _kinked_gradient(formula: Formula, scope: Scope, found: Break | None, reason: Reason) -> Finding:
    """grad g(0) where the form has a kink: lost with it, or 0 by the degree of homogeneity."""
    condition = Condition.REGULARIZER_GRADIENT
    if found is not None and found.order < 2:
        return Finding(condition, Verdict.REFUTED, found.detail, Trust.BALL, witness=found.witness)
    field = Field(scope)
    k = degree(formula, field)
    if k is not None and field.sign(k - field.number(1)).kind is Kind.POSITIVE and is_continuous(formula):
        step = Step("g(tz), t > 0", f"t**({k.text()})*g(z)", "so |g(z)| <= K ||z||**k with k > 1, and grad g(0) = 0")
        return Finding(condition, Verdict.PROVED, "0 is a stationary point: g is of degree > 1", derivation=(step,))
    return _not_derived(reason, condition)[0]


def _not_derived(reason: Reason | None, *conditions: Condition) -> tuple[Finding, ...]:
    return tuple(Finding(c, Verdict.UNDECIDED, "not derived", reason=reason) for c in conditions)
