"""On which space a pair is judged, and whether D^2 g(0) is positive definite there, run by run of the classes.

A g with D^2 g(0) (1, ..., 1) = 0 is not definite on R^C.  If l and g are both invariant under z + t (1, ..., 1), the
pair lives on the quotient R^C/(1, ..., 1), where only the other eigenvalue counts.  This may be so at one C alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from symcheck.conditions.agreement.agreed import Agreed
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.cases.split import Reports
from symcheck.conditions.cases.wider import NOT_WHOLE, is_inside
from symcheck.conditions.curvature.alike_hessian import AlikeHessian
from symcheck.conditions.curvature.hessian import QUOTIENT, Hessian
from symcheck.conditions.curvature.part_report import PartReport
from symcheck.conditions.curvature.regularizer_report import RegularizerReport
from symcheck.conditions.gradient.reports import LossCase, LossReport
from symcheck.conditions.pair.gauge import gauge_finding, moves_everywhere
from symcheck.conditions.smoothness.dead import without_dead_parts
from symcheck.field.field import Field
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, not_derived
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.problem import Problem
from symcheck.reason import Code, Reason

_NOT_SMOOTH = Reason(Code.KINK, "g is not twice differentiable at 0", "see the finding on its smoothness")


@dataclass(frozen=True)
class SpaceCase:
    """The ``verdict`` on g for the numbers of ``classes`` in a ``part``, with D^2 g(0) on the ``quotient`` or on R^C.

    ``gauge`` is the finding on invariance where it was asked for, with the case ``loss`` of the loss (None: it is the
    same for all).  REFUTED is so at every point if ``is_uniform``.
    """

    classes: Classes
    verdict: Verdict
    part: Part
    quotient: bool = False
    is_uniform: bool = True
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
    placed = [
        (case, finding)
        for part, report in regularizer.reports.pairs
        for case, finding in _in_part(problem, loss, part, report)
    ]
    by_case = Reports(tuple((case.part.on(case.classes), finding) for case, finding in placed))
    return Space(tuple(case for case, _ in placed), by_case.together(lambda finding: finding))


Read = tuple[Formula, Scope, Agreed | None]
"""A formula in a scope, and its expansion at 0 there if it is known."""


def invariance(problem: Problem, loss: LossReport, regularizer: RegularizerReport) -> Finding:
    """Whether l and g are both shift-invariant in the whole scope."""
    penalty = problem.regularizer.formula, problem.scope.of(problem.regularizer.formula), regularizer.agreed
    return gauge_finding(_alive(*_whole(problem, loss)), _alive(*penalty), regularizer.apart)


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
    if not report.hessians:
        reason = report.gradient.reason or report.smooth.reason or _NOT_SMOOTH
        found = not_derived(Condition.REGULARIZER_CURVATURE, reason)
        verdict = conjunction([report.verdict, found.verdict])
        return [(SpaceCase(part.scope.classes, verdict, part, is_uniform=report.is_uniform), found)]
    placed: list[tuple[SpaceCase, Finding]] = []
    for whole in report.hessians:
        # Invariance is asked for only where D^2 g(0) is flat along (1, ..., 1): elsewhere R^C is the space.
        if not whole.is_flat_along_ones:
            placed.append(_placed(problem, part, report, whole))
            continue
        for case, hessian in _by_loss(loss, whole):
            scope = replace(part.scope, classes=hessian.classes)
            penalty = part.formula, scope, report.agreed if scope == part.scope else None
            of_loss = _whole(problem, loss) if case is None else _in_case(problem, loss, case, hessian.classes)
            both = _alive(*of_loss), _alive(*penalty)
            gauge = gauge_finding(*both, hessian)
            space, found = _placed(problem, part, report, hessian, gauge)
            if not space.is_uniform and gauge.verdict is Verdict.REFUTED and found.verdict is Verdict.REFUTED:
                # It is flat along (1, ..., 1) at every point, and at none of them on the quotient.
                space = replace(space, is_uniform=_is_point(both) or moves_everywhere(*both))
            placed.append((replace(space, loss=case), found))
    return placed


def _by_loss(loss: LossReport, hessian: Hessian) -> Iterator[tuple[LossCase | None, Hessian]]:
    """The cases of the loss with the Hessian for their classes; one that is found for all of them stays whole."""
    if not isinstance(hessian, AlikeHessian):
        yield None, hessian
        return
    # l may be invariant in one of its cases only, as a term (C - 2)*total(z) is at C = 2.
    for case in (c for c in loss.cases if not c.case.is_special):
        classes = case.case.classes.common(hessian.classes)
        if classes is not None:
            yield case, hessian.on(classes)


def _is_point(both: tuple[Read, Read]) -> bool:
    """Whether there is one number of classes, and nothing is free."""
    return all(s.classes.fixed is not None and _is_settled(s) for _, s, _ in both)


def _placed(
    problem: Problem, part: Part, report: PartReport, hessian: Hessian, gauge: Finding | None = None
) -> tuple[SpaceCase, Finding]:
    """The case on R^C or, by the finding on invariance, on the quotient."""
    found = hessian.finding(quotient=False)
    quotient = gauge is not None and gauge.verdict is Verdict.PROVED
    if gauge is not None:
        found = _by_gauge(found, hessian.finding(quotient=True), gauge)
    # The part holds real values in the place of whole ones: a witness counts if its values are in the scope.
    if part.is_wider and found.witness is not None and not is_inside(part, found.witness, problem.scope):
        found = not_derived(found.condition, NOT_WHOLE)
    fails = hessian.fails_everywhere(quotient=quotient) and not part.is_wider
    is_uniform = fails or (report.verdict is Verdict.REFUTED and report.is_uniform)
    verdict = conjunction([report.verdict, found.verdict])
    return SpaceCase(hessian.classes, verdict, part, quotient, is_uniform, gauge=gauge), found
