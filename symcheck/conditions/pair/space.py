"""On which space a pair is judged, and whether D^2 g(0) is positive definite there, run by run of the classes.

A g with D^2 g(0) (1, ..., 1) = 0 is not definite on R^C.  If l and g are both invariant under z + t (1, ..., 1), the
pair lives on the quotient R^C/(1, ..., 1), where only the other eigenvalue counts.  This may be so at one C alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from symcheck.conditions.agreement.agreed import Agreed
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.cases.split import Reports
from symcheck.conditions.cases.wider import NOT_WHOLE, is_inside
from symcheck.conditions.cases.witness_points import point_in, witness_at
from symcheck.conditions.curvature.hessian import Hessian
from symcheck.conditions.curvature.regularizer_report import CurvatureCase, PartReport, RegularizerReport, not_derived
from symcheck.conditions.gradient.reports import LossCase, LossReport
from symcheck.conditions.pair.gauge import gauge_finding, moves_everywhere
from symcheck.conditions.smoothness.dead import without_dead_parts
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Derivation, Step
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.problem import Problem
from symcheck.reason import Code, Reason

WHOLE, QUOTIENT = "R^C", "the quotient by (1, ..., 1)"

_NOT_SMOOTH = Reason(Code.KINK, "g is not twice differentiable at 0", "see the finding on its smoothness")


@dataclass(frozen=True)
class SpaceCase:
    """The ``verdict`` on g for the numbers of ``classes`` in a ``part``, with D^2 g(0) on the ``quotient`` or on R^C.

    ``gauge`` is the finding on invariance where it was asked for, with the case ``loss`` of the loss (None: it is the
    same for all).  REFUTED is so at every point if ``is_uniform``.  ``part`` is None for a regularizer that treats
    classes differently.
    """

    classes: Classes
    verdict: Verdict
    quotient: bool = False
    is_uniform: bool = True
    part: Part | None = None
    loss: LossCase | None = None
    gauge: Finding | None = None

    def is_about(self, case: LossCase) -> bool:
        """Whether it belongs to this case of the loss, or to a special one inside of it."""
        about = self.loss
        return about is None or (about.part == case.part and about.case.classes == case.case.classes)


@dataclass(frozen=True)
class Space:
    """The ``cases``, and the ``curvature`` condition in the whole scope."""

    cases: tuple[SpaceCase, ...]
    curvature: Finding

    @property
    def quotient(self) -> bool:
        """Whether the pair is judged on the quotient in the whole scope."""
        return all(case.quotient for case in self.cases)

    @property
    def is_mixed(self) -> bool:
        """Whether it is judged on the quotient for some classes only."""
        return len({case.quotient for case in self.cases}) > 1

    @property
    def gauge(self) -> Finding | None:
        """The finding on invariance, None where it was not asked for, is what fails, or is about some classes only."""
        asked = [case.gauge for case in self.cases if case.gauge is not None]
        if self.is_mixed or not asked or any(g.verdict is Verdict.REFUTED for g in asked):
            return None
        return min(asked, key=lambda g: g.verdict.value)


def space_of(problem: Problem, loss: LossReport, regularizer: RegularizerReport) -> Space:
    """Where the pair is judged, and what is found there."""
    if regularizer.hessian is not None:
        smooth = conjunction(f.verdict for f in regularizer.findings)
        space = _classwise(problem, loss, regularizer.hessian)
        cases = (replace(c, verdict=conjunction([c.verdict, smooth])) for c in space.cases)
        return replace(space, cases=tuple(cases))
    if regularizer.reports is None:
        reason = regularizer.findings[-1].reason or regularizer.findings[0].reason or _NOT_SMOOTH
        found = not_derived(reason, Condition.REGULARIZER_CURVATURE)[0]
        verdict = conjunction([*(f.verdict for f in regularizer.findings), found.verdict])
        return Space((SpaceCase(problem.scope.classes, verdict, is_uniform=False),), found)
    placed = [
        (case, finding)
        for part, report in regularizer.reports.pairs
        for case, finding in _in_part(problem, loss, part, report)
    ]
    by_case = Reports(tuple((_of_case(case), finding) for case, finding in placed))
    return Space(tuple(case for case, _ in placed), by_case.together(lambda finding: finding))


def _of_case(case: SpaceCase) -> Part:
    """The part of the scope that a case is about."""
    assert case.part is not None
    return case.part.on(case.classes)


Read = tuple[Formula, Scope, Agreed | None]
"""A formula in a scope, and its expansion at 0 there if it is known."""


def invariance(problem: Problem, loss: LossReport, regularizer: RegularizerReport) -> Finding:
    """Whether l and g are both shift-invariant in the whole scope."""
    penalty = problem.regularizer.formula, problem.scope.of(problem.regularizer.formula), regularizer.agreed
    return gauge_finding(_alive(*_whole(problem, loss)), _alive(*penalty), regularizer.hessian)


def _whole(problem: Problem, loss: LossReport) -> Read:
    return problem.loss.formula, problem.scope.of(problem.loss.formula), loss.agreed


def _in_case(problem: Problem, loss: LossReport, case: LossCase, classes: Classes) -> Read:
    """The loss in one of its cases, for these ``classes``."""
    formula, whole, agreed = _whole(problem, loss)
    if case.part is not None:
        formula, whole = case.part.formula, case.part.scope
    return formula, replace(whole, classes=classes), agreed if classes == whole.classes else None


def _alive(formula: Formula, scope: Scope, agreed: Agreed | None) -> Read:
    """The formula without the terms that are 0 in its scope: (C - 2)*total(z**2) changes nothing at C = 2."""
    return formula if formula.is_classwise else without_dead_parts(formula, Field(scope)), scope, agreed


def _classwise(problem: Problem, loss: LossReport, hessian: Hessian) -> Space:
    full, scope = hessian.finding(quotient=False), problem.scope
    of_penalty = scope.of(problem.regularizer.formula)
    if not hessian.is_flat_along_ones:
        return Space((SpaceCase(scope.classes, full.verdict, is_uniform=_is_settled(of_penalty)),), full)
    penalty = problem.regularizer.formula, of_penalty, None
    gauge = gauge_finding(_alive(*_whole(problem, loss)), penalty, hessian)
    quotient = gauge.verdict is Verdict.PROVED
    found = _by_gauge(full, hessian.finding(quotient=True), gauge)
    case = SpaceCase(scope.classes, found.verdict, quotient, is_uniform=_is_settled(scope), gauge=gauge)
    return Space((case,), found)


def _is_settled(scope: Scope) -> bool:
    """Whether nothing is free there but C, of which given entries leave one number."""
    return not scope.arrays and not scope.parameters


def _by_gauge(full: Finding, across: Finding, gauge: Finding) -> Finding:
    """The finding on R^C or on the quotient; open if it is open where the pair lives, and that matters."""
    if gauge.verdict is Verdict.PROVED:
        return across
    if gauge.verdict is Verdict.REFUTED:
        return replace(full, derivation=(*full.derivation, Step(QUOTIENT, "no way out", gauge.detail)))
    # Where it fails on the quotient as well, it does not matter on which space the pair lives.
    if across.verdict is Verdict.REFUTED:
        return full
    return replace(across, verdict=Verdict.UNDECIDED, detail=gauge.detail, reason=gauge.reason)


def _in_part(problem: Problem, loss: LossReport, part: Part, report: PartReport) -> list[tuple[SpaceCase, Finding]]:
    """The cases of a part, each with the finding on the Hessian there."""
    if report.curvature is None or report.agreed is None:
        reason = report.gradient.reason or report.smooth.reason or _NOT_SMOOTH
        found = not_derived(reason, Condition.REGULARIZER_CURVATURE)[0]
        verdict = conjunction([report.verdict, found.verdict])
        return [(SpaceCase(part.scope.classes, verdict, is_uniform=report.is_uniform, part=part), found)]
    placed: list[tuple[SpaceCase, Finding]] = []
    for case in report.cases:
        # Invariance is asked for only where D^2 g(0) is flat along (1, ..., 1): elsewhere R^C is the space.
        if case.along.kind is not Kind.ZERO:
            placed.append(_placed(problem, part, report, case))
            continue
        # l may be invariant in one of its cases only, as a term (C - 2)*total(z) is at C = 2.
        for loss_case in (c for c in loss.cases if not c.case.is_special):
            classes = loss_case.case.classes.common(case.classes)
            if classes is not None:
                scope = replace(part.scope, classes=classes)
                penalty = part.formula, scope, report.agreed if scope == part.scope else None
                both = _alive(*_in_case(problem, loss, loss_case, classes)), _alive(*penalty)
                gauge = gauge_finding(*both)
                space, found = _placed(problem, part, report, replace(case, classes=classes), gauge)
                if not space.is_uniform and gauge.verdict is Verdict.REFUTED and found.verdict is Verdict.REFUTED:
                    # It is flat along (1, ..., 1) at every point, and at none of them on the quotient.
                    space = replace(space, is_uniform=_is_point(both) or moves_everywhere(*both))
                placed.append((replace(space, loss=loss_case), found))
    return placed


def _is_point(both: tuple[Read, Read]) -> bool:
    """Whether there is one number of classes, and nothing is free."""
    return all(s.classes.fixed is not None and _is_settled(s) for _, s, _ in both)


def _placed(
    problem: Problem, part: Part, report: PartReport, case: CurvatureCase, gauge: Finding | None = None
) -> tuple[SpaceCase, Finding]:
    """The case on R^C or, by the finding on invariance, on the quotient."""
    found = _definite(report, case, quotient=False)
    quotient = gauge is not None and gauge.verdict is Verdict.PROVED
    if gauge is not None:
        found = _by_gauge(found, _definite(report, case, quotient=True), gauge)
    # The part holds real values in the place of whole ones: a witness counts if its values are in the scope.
    if part.is_wider and found.witness is not None and not is_inside(part, found.witness, problem.scope):
        found = not_derived(NOT_WHOLE, found.condition)[0]
    # Where the eigenvalue along (1, ..., 1) is 0 the pair may live on the quotient, and meet the condition there.
    fails = case.across.kind in (Kind.ZERO, Kind.NEGATIVE) or case.across.nonpositive
    fails = fails or (case.along.kind is Kind.NEGATIVE and not quotient)
    verdict = conjunction([report.verdict, found.verdict])
    is_uniform = (fails and not part.is_wider) or (report.verdict is Verdict.REFUTED and report.is_uniform)
    return SpaceCase(case.classes, verdict, quotient, is_uniform, part, gauge=gauge), found


def _definite(report: PartReport, case: CurvatureCase, *, quotient: bool) -> Finding:
    """Whether D^2 g(0) is positive definite in one case, on R^C or on the quotient."""
    condition = Condition.REGULARIZER_CURVATURE
    assert report.curvature is not None
    assert report.agreed is not None
    s, along = report.curvature.s, report.curvature.along
    space = QUOTIENT if quotient else WHOLE
    derivation: Derivation = (
        Step("d^2 g/d z_k^2 at 0", report.agreed.text("h_kk"), report.agreed.how),
        Step("d^2 g/d z_k d z_l at 0, l != k", report.agreed.text("h_yk"), report.agreed.how),
        Step("eigenvalue on the complement of (1, ..., 1)", s.text(), "difference of the two"),
        Step("eigenvalue along (1, ..., 1)", along.text(), "the first plus (C - 1) times the second"),
    )
    eigenvalues = [(case.across, s, "the eigenvalue of D^2 g(0) on the complement of (1, ..., 1)")]
    if not quotient:
        eigenvalues.append((case.along, along, "the eigenvalue of D^2 g(0) along (1, ..., 1)"))
    trust = Trust.EXACT if all(sign.exact for sign, _, _ in eigenvalues) else Trust.BALL
    # Those that fail before those that are open: one point refutes, whatever the other eigenvalue is.
    for sign, value, name in eigenvalues:
        point = point_in(sign, case.classes, lambda sign: sign <= 0)
        if sign.kind is not Kind.POSITIVE and point is not None:
            witness = witness_at(value, point, name, "a value > 0")
            detail = f"D^2 g(0) is not positive definite on {space} for {case.classes}: {name} is {value.text()}"
            return Finding(condition, Verdict.REFUTED, detail, trust, derivation, witness)
    for sign, value, _ in eigenvalues:
        if sign.kind is not Kind.POSITIVE:
            reason = Reason(
                Code.SIGN_UNKNOWN,
                f"the sign of the eigenvalue {value.text()} of D^2 g(0) for {case.classes} was not decided",
                "give values to parameters or narrow classes=",
            )
            return Finding(condition, Verdict.UNDECIDED, reason.why, trust, derivation, reason=reason)
    values = f"eigenvalue {s.text()}" if quotient else f"eigenvalues {s.text()} and, along (1, ..., 1), {along.text()}"
    detail = f"D^2 g(0) is positive definite on {space}: {values}"
    return Finding(condition, Verdict.PROVED, detail, trust, derivation)
