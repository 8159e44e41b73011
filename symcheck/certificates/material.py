"""What a certificate is made from: the reports on l and g, the space of the pair, and what theorems are applied to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from symcheck.budget import Budget, stopping
from symcheck.certificates.dropped import NOTHING, Dropped, without_kinks_that_cancel
from symcheck.certificates.on_demand import Asked
from symcheck.certificates.properties import property_finding
from symcheck.conditions.curvature.reference_curvature import reference_curvature
from symcheck.conditions.curvature.regularizer_report import (
    RegularizerReport,
    open_regularizer_report,
    regularizer_report,
)
from symcheck.conditions.detached import left_open, open_for_field
from symcheck.conditions.everywhere.shape import Shape, shape_of
from symcheck.conditions.gradient.loss_report import loss_report, open_loss_report
from symcheck.conditions.gradient.reports import LossReport
from symcheck.conditions.pair.drift_against_hessian import drift_verdict
from symcheck.conditions.pair.space import Space, invariance, space_of
from symcheck.conditions.remembered import remembered
from symcheck.conditions.rounding import explained, middles, rounded_parts
from symcheck.errors import FormulaError
from symcheck.field.field import Field
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, not_derived
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.language.scope import Scope
from symcheck.problem import Problem
from symcheck.readings.weight import degree
from symcheck.reason import Code, Reason, Undecided
from symcheck.theorems.base import Facts


@dataclass(frozen=True)
class Material:
    """The reports on ``loss`` and ``regularizer`` alone, the ``space`` on which the pair is judged, and the ``facts``.

    None of it leaves the process: elements of a field belong to the field that made them.
    """

    problem: Problem
    loss: LossReport
    regularizer: RegularizerReport
    space: Space
    facts: Facts

    @property
    def verdict(self) -> Verdict:
        """The least of the findings that Theorem 2 needs; invariance only says on which space they are."""
        return conjunction(f.verdict for c, f in self.facts.findings.items() if c is not Condition.SHIFT_INVARIANT)

    def renew(self, budget: Budget) -> None:
        """Have what is derived later from the reports within ``budget``, whose own may be spent by then."""
        agreed = [r.agreed for _, r in self.loss.parts]
        agreed += [r.agreed for _, r in self.regularizer.reports.pairs]
        for found in agreed:
            if found is not None:
                found.field.budget.renew(budget)


def material_of(problem: Problem, seconds: float, budget: Budget | None = None) -> Material:
    """What is found of ``problem`` within ``seconds``, or what is left of ``budget``; open where they were too short.

    Of one with an anchor it is found of the problem that is moved there.  What is asked of it later has ``seconds``
    again.
    """
    if problem.unread is not None:
        return _open(problem, seconds, problem.unread)
    budget = budget or Budget(seconds)
    there = "" if problem.anchor is None else f" at the anchor {problem.anchor_text}"
    problem = problem.moved
    try:
        with budget.in_force(), stopping():
            problem, dropped = without_kinks_that_cancel(problem, budget)
            return _made(problem, seconds, *_reports(problem, budget, there), dropped)
    except Undecided as stop:  # what stops a single question is in its finding; here all of it ran out of something
        return _open(problem, seconds, stop.reason)


def _open(problem: Problem, seconds: float, reason: Reason) -> Material:
    loss = open_loss_report(problem.loss.formula, problem.scope, reason)
    return _made(problem, seconds, loss, open_regularizer_report(problem.regularizer.formula, problem.scope, reason))


def _reports(problem: Problem, budget: Budget, there: str) -> tuple[LossReport, RegularizerReport]:
    scope, formula, penalty = problem.scope, problem.loss.formula, problem.regularizer.formula
    # Kept by formula and scope, whatever the other side of the pair is: a survey derives each loss and each penalty
    # once.
    with _named(f"loss{there}"):
        loss = remembered(loss_report, formula, scope.of(formula), budget)
    with _named("regularizer"):
        return loss, remembered(regularizer_report, penalty, scope.of(penalty), budget)


@contextmanager
def _named(argument: str) -> Iterator[None]:
    """A report knows a formula; an error says which ``argument`` that is."""
    try:
        yield
    except FormulaError as error:
        raise FormulaError(f"{argument}: {error}") from error.__cause__


def _made(
    problem: Problem, seconds: float, loss: LossReport, regularizer: RegularizerReport, dropped: Dropped = NOTHING
) -> Material:
    space = space_of(problem, loss, regularizer)
    curvature = left_open(space.curvature, problem.regularizer.formula)
    gauge = [] if space.gauge is None else [space.gauge]
    findings = _explained_by_rounding(problem, [*loss.findings, *regularizer.findings, *gauge, curvature], seconds)
    found = {f.condition: in_scope(dropped.told(f), problem.scope) for f in findings}
    return Material(problem, loss, regularizer, space, _facts(problem, found, loss, regularizer, space, seconds))


def _explained_by_rounding(problem: Problem, findings: list[Finding], seconds: float) -> list[Finding]:
    """``findings``, in which what is open because a number was rounded says so."""
    parts = rounded_parts(problem.loss.formula, problem.regularizer.formula)

    def in_the_middle() -> dict[Condition, Finding]:
        # The floats as they stand, taken for exact numbers: what is settled there and open here is open for rounding
        # alone.
        return dict(material_of(problem.at(None, middles(parts)), seconds).facts.findings)

    return explained(findings, parts, in_the_middle)


def in_scope(finding: Finding, scope: Scope) -> Finding:
    """The finding; a witness outside the scope would refute something else, and is a bug of ours."""
    witness = finding.witness
    if witness is not None:
        intervals = {p.name: p.interval for p in scope.parameters}
        inside = all(v in intervals[n] for n, v in witness.parameters.items() if n in intervals)
        assert witness.classes in scope.classes, f"{witness} is outside {scope}"
        assert inside, f"{witness} is outside {scope}"
    return finding


def _facts(
    problem: Problem,
    found: dict[Condition, Finding],
    loss: LossReport,
    regularizer: RegularizerReport,
    space: Space,
    seconds: float,
) -> Facts:
    formula, penalty, scope = problem.loss.formula, problem.regularizer.formula, problem.scope
    later = _Later(problem, loss, regularizer, space, found, seconds)
    return Facts(
        problem=problem,
        findings=found,
        tier=loss.tier,
        quotient=space.quotient,
        shape=Shape() if problem.unread else shape_of(formula, loss.agreed, Field(scope.of(formula))),
        degree=None if problem.unread else degree(penalty, Field(scope.of(penalty))),
        drift=drift_verdict(loss, regularizer),
        derive=Asked(later.finding, seconds),
    )


_FAR_AWAY = frozenset({Condition.MINIMISERS_HELD, Condition.REGULARIZER_POSITIVE})


@dataclass(frozen=True)
class _Later:
    """What derives a condition that is asked for after the certificate was made, from what was ``found`` for it."""

    problem: Problem
    loss: LossReport
    regularizer: RegularizerReport
    space: Space
    found: Mapping[Condition, Finding]
    seconds: float

    known: dict[Condition, Finding] = field(default_factory=dict)

    def finding(self, condition: Condition) -> Finding:
        """The finding on ``condition``, derived once, and again if it was the budget that ended."""
        found = self.known.get(condition)
        if found is None:
            found = self._derived(condition)
            if found.reason is None or found.reason.code is not Code.BUDGET:
                self.known[condition] = found
        return found

    def _derived(self, condition: Condition) -> Finding:
        if self.problem.unread is not None:
            return not_derived(condition, self.problem.unread)
        if condition is Condition.SHIFT_INVARIANT:
            return invariance(self.problem, self.loss, self.regularizer)
        if condition is Condition.REFERENCE_CURVATURE:
            return left_open(reference_curvature(self.regularizer), self.problem.regularizer.formula)
        if condition is Condition.LOSS_GRADIENT_SUM:
            return _sum_of_gradients(self.found[Condition.LOSS_GRADIENT])
        if condition in _FAR_AWAY:
            # A pair may be on R^C for some classes and on the quotient for others: what holds is what holds on both.
            made = [self._far_away(condition, quotient=q) for q in self._quotients()]
            return min(made, key=lambda found: found.verdict.value)
        return property_finding(self.problem, condition, self.seconds)

    def _quotients(self) -> set[bool]:
        """Whether the pair is judged on the quotient, on R^C, or on each for some classes."""
        found = {case.quotient for case in self.space.cases}
        if found == {False} and self.regularizer.curvature is None:
            # Without D^2 g(0) nothing near 0 has asked for the space.
            return {self.finding(Condition.SHIFT_INVARIANT).verdict is Verdict.PROVED}
        return found

    def _far_away(self, condition: Condition, *, quotient: bool) -> Finding:
        """What is found of l and g far from 0, with norms on R^C or on the quotient."""
        from symcheck.conditions.existence.minimisers_held import minimisers_held, positive_off_zero

        loss, penalty, scope = self.problem.loss.formula, self.problem.regularizer.formula, self.problem.scope
        without_function = open_for_field(condition, loss, penalty)
        if without_function is not None:
            return without_function
        budget = Budget(self.seconds)
        if condition is Condition.REGULARIZER_POSITIVE:
            return positive_off_zero(penalty, scope.of(penalty), budget, quotient=quotient)
        # A convex g with a definite Hessian at 0 grows like ||z|| far away; one that is flat at 0 may stay flat.
        definite = self.found[Condition.REGULARIZER_CURVATURE].verdict is Verdict.PROVED
        return minimisers_held(loss, penalty, scope, budget, quotient=quotient, definite=definite)


def _sum_of_gradients(gradient: Finding) -> Finding:
    """The finding on sum_y b_y = 0, which is looked for by itself only where no one kappa fits."""
    condition = Condition.LOSS_GRADIENT_SUM
    if gradient.verdict is Verdict.PROVED:
        detail = "b_y = -kappa o_y, and the o_y add up to 0"
        return Finding(condition, Verdict.PROVED, detail, gradient.trust, gradient.derivation)
    why = "where no one kappa fits in the whole scope, the sum is found on the way to the tier SYMLIN alone"
    settle = f"ask for {Condition.LOSS_GRADIENT} instead"
    return not_derived(condition, Reason(Code.SIGN_UNKNOWN, why, settle))
