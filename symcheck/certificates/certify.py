"""certify: what is proved, refuted or undecided about a loss with an output regularizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import product

import flint
import sympy

from symcheck.budget import SECONDS, Budget, reading, stopping
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.model_families import SHARED, ModelFamily, families
from symcheck.certificates.on_demand import Asked
from symcheck.certificates.properties import property_finding
from symcheck.conditions.agreement.rounding import explained, middles, rounded_parts
from symcheck.conditions.cases.by_cases import InPart, shared
from symcheck.conditions.curvature.classwise_regularizer import classwise_regularizer_report
from symcheck.conditions.curvature.hessian import LabelledHessian
from symcheck.conditions.curvature.reference_curvature import reference_curvature
from symcheck.conditions.curvature.regularizer import RegularizerReport, open_regularizer_report, regularizer_report
from symcheck.conditions.everywhere.shape import shape_of
from symcheck.conditions.gradient.classwise import classwise_loss_report
from symcheck.conditions.gradient.loss import LossReport, loss_report, open_loss_report
from symcheck.conditions.orders.order import orders_of
from symcheck.conditions.orders.reference_order import reference_orders
from symcheck.conditions.pair.drift import drift_verdict
from symcheck.conditions.pair.pair_cases import pair_cases
from symcheck.conditions.pair.space import Space, invariance, space_of
from symcheck.conditions.remembered import remembered
from symcheck.field.field import Field
from symcheck.findings.finding import Condition, Finding
from symcheck.findings.prediction import Order, Prediction, joined_orders
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.intake.given import Given, subject_of
from symcheck.intake.subject_name import settled
from symcheck.language.scope import Classes, Scope
from symcheck.problem import Problem
from symcheck.readings.weight import degree
from symcheck.reason import Code, Reason, Undecided
from symcheck.theorems import theorems
from symcheck.theorems.base import Facts, Theorem
from symcheck.version import VERSION


def certify(
    loss: Given, regularizer: Given, *, classes: int | Sequence[int] | Classes | None = None, budget: float = SECONDS
) -> Certificate:
    """The certificate of ``loss`` + lambda ``regularizer``: does Theorem 2's condition hold, up to scale?

    Parameters: ``loss`` and ``regularizer`` are names in the catalogue, entries such as
    ``symcheck.losses.GCE(q="7/10")``, formula strings, or functions of (z, y) and of (z); ``classes`` limits
    the scope to one C or to a pair of ends; ``budget`` in seconds, after which what is open is UNDECIDED.

    Returns a ``Certificate``.  Raises ``UnknownNameError``, ``FormulaError``, ``ParameterError``,
    ``NumberError`` or ``ScopeError`` for input that has no meaning.

    >>> certify("cross_entropy", "l2").verdict
    <Verdict.PROVED: 2>
    """
    wanted = Classes.of(classes)
    whole = Budget(budget)
    with reading(budget):
        subject = subject_of(loss, "loss", wanted)
    with reading(whole.left):
        problem = Problem(subject, subject_of(regularizer, "regularizer", wanted), wanted)
    return _certificate(problem, budget, whole)


def _certificate(problem: Problem, seconds: float, budget: Budget | None = None) -> Certificate:
    """The certificate within ``seconds``, or what is left of ``budget``; UNDECIDED where they were too short."""
    budget = budget or Budget(seconds)
    try:
        with budget.in_force(), stopping():
            return _derived(problem, seconds, *_reports(problem, budget))
    except Undecided as stop:
        reports = (
            open_loss_report(problem.loss.formula, problem.scope, stop.reason),
            open_regularizer_report(stop.reason),
        )
        return _derived(problem, seconds, *reports)


def _reports(problem: Problem, budget: Budget) -> tuple[LossReport, RegularizerReport]:
    scope, formula, penalty = problem.scope, problem.loss.formula, problem.regularizer.formula
    about_loss = classwise_loss_report if formula.is_classwise else loss_report
    loss: LossReport = remembered(about_loss, formula, scope.of(formula), budget)
    about_g = classwise_regularizer_report if penalty.is_classwise else regularizer_report
    return loss, remembered(about_g, penalty, scope.of(penalty), budget)


def _derived(problem: Problem, seconds: float, loss: LossReport, regularizer: RegularizerReport) -> Certificate:
    scope = problem.scope
    space = space_of(problem, loss, regularizer)
    curvature = space.curvature
    if problem.regularizer.formula.detaches and curvature.verdict is not Verdict.UNDECIDED:
        curvature = replace(
            curvature, verdict=Verdict.UNDECIDED, detail=_OF_A_FIELD.why, witness=None, reason=_OF_A_FIELD
        )
    gauge = [] if space.gauge is None else [space.gauge]
    told = explained_by_rounding(problem, [*loss.findings, *regularizer.findings, *gauge, curvature], seconds)
    findings = tuple(_in_scope(f, scope) for f in told)
    facts = _facts(problem, findings, loss, regularizer, space, seconds)
    verdict = _headline(facts)
    if verdict is Verdict.PROVED and not facts.detaches:
        findings = (*findings, _in_scope(facts.finding(Condition.MINIMISERS_HELD), scope))
    applying = _applying(facts, space)
    kinds = families(facts, applying)

    def prediction() -> Prediction | None:
        return _prediction(problem, facts, loss, regularizer, space, Budget(seconds))

    return Certificate(
        problem=problem,
        verdict=verdict,
        tier=loss.tier,
        kappa=loss.kappa,
        quotient=space.quotient,
        cases=pair_cases(problem, loss, space),
        families=kinds,
        findings=findings,
        theorems=applying,
        still_holds=_still_holds(facts, verdict, applying, kinds),
        versions={"symcheck": VERSION, "sympy": sympy.__version__, "python-flint": flint.__version__},
        predict=prediction,
        again=lambda narrower: _certificate(_settled(narrower), seconds),
        facts=facts,
        predict_reference=lambda: _reference(problem, facts, Budget(seconds)),
        seconds=seconds,
    )


def _settled(problem: Problem) -> Problem:
    """``problem`` under names that are true of it, after values were given to parameters."""
    loss, regularizer = settled(problem.loss, "loss"), settled(problem.regularizer, "regularizer")
    return Problem(loss, regularizer, problem.classes)


def explained_by_rounding(problem: Problem, findings: list[Finding], seconds: float) -> list[Finding]:
    """``findings``, in which what is open because a number was rounded says so."""
    parts = rounded_parts(problem.loss.formula, problem.regularizer.formula)

    def in_the_middle() -> dict[Condition, Finding]:
        exact = _certificate(problem.at(None, middles(parts)), seconds)
        return {f.condition: f for f in exact.findings}

    return explained(findings, parts, in_the_middle)


_OF_A_FIELD = Reason(
    Code.UNMAPPED_OP,
    "with a detached part autograd returns a field, and the derivative of that field is not derived",
    "write g without detach",
)


def _in_scope(finding: Finding, scope: Scope) -> Finding:
    """The finding; a witness outside the scope would refute something else, and is a bug of ours."""
    witness = finding.witness
    if witness is not None:
        intervals = {p.name: p.interval for p in scope.parameters}
        inside = all(v in intervals[n] for n, v in witness.parameters.items() if n in intervals)
        assert witness.classes in scope.classes, f"{witness} is outside {scope}"
        assert inside, f"{witness} is outside {scope}"
    return finding


def _applying(facts: Facts, space: Space) -> tuple[Theorem, ...]:
    """The theorems that apply; to a pair that is on the quotient for some classes only, those that do in both."""
    found = tuple(t for t in theorems() if not t.on_request and t.applies(facts) is Verdict.PROVED)
    if not space.is_mixed:
        return found
    across = replace(facts, quotient=True)
    return tuple(t for t in found if t.applies(across) is Verdict.PROVED)


def _headline(facts: Facts) -> Verdict:
    """The least of the findings that Theorem 2 needs; invariance only says on which space they are."""
    return conjunction(f.verdict for c, f in facts.findings.items() if c is not Condition.SHIFT_INVARIANT)


def _facts(
    problem: Problem,
    findings: tuple[Finding, ...],
    loss: LossReport,
    regularizer: RegularizerReport,
    space: Space,
    seconds: float,
) -> Facts:
    formula, penalty, scope = problem.loss.formula, problem.regularizer.formula, problem.scope

    spaces = {case.quotient for case in space.cases}

    @cache
    def derive(condition: Condition) -> Finding:
        if condition is Condition.SHIFT_INVARIANT:
            return invariance(problem, loss, regularizer)
        if condition is Condition.REFERENCE_CURVATURE:
            return reference_curvature(regularizer)
        if condition in _FAR_AWAY:
            made = [_far_away(problem, condition, curvature, Budget(seconds), quotient=q) for q in spaces]
            return min(made, key=lambda found: found.verdict.value)
        return property_finding(problem, condition, seconds)

    found = {f.condition: f for f in findings}
    curvature = found[Condition.REGULARIZER_CURVATURE].verdict
    return Facts(
        problem=problem,
        findings=found,
        tier=loss.tier,
        quotient=space.quotient,
        shape=shape_of(formula, loss.agreed, Field(scope.of(formula))),
        degree=degree(penalty, Field(scope.of(penalty))),
        drift=drift_verdict(loss, regularizer),
        derive=Asked(derive, seconds),
    )


_FAR_AWAY = frozenset({Condition.MINIMISERS_HELD, Condition.REGULARIZER_POSITIVE})


def _far_away(problem: Problem, condition: Condition, curvature: Verdict, budget: Budget, *, quotient: bool) -> Finding:
    """What is found of l and g far from 0, with norms on R^C or on the quotient."""
    from symcheck.conditions.existence.held import minimisers_held, positive_off_zero

    loss, penalty, scope = problem.loss.formula, problem.regularizer.formula, problem.scope
    if condition is Condition.REGULARIZER_POSITIVE:
        return positive_off_zero(penalty, scope.of(penalty), budget, quotient=quotient)
    definite = curvature is Verdict.PROVED
    return minimisers_held(loss, penalty, scope, budget, quotient=quotient, definite=definite)


def _still_holds(facts: Facts, verdict: Verdict, applying: tuple[Theorem, ...], kinds: tuple[ModelFamily, ...]) -> str:
    """The sentence under the headline: what the verdict leaves."""
    if verdict is Verdict.PROVED:
        told = f"{applying[0].name} applies: {applying[0].concludes}."
        held = None if facts.detaches else facts.finding(Condition.MINIMISERS_HELD)
        if held is None or held.verdict is not Verdict.REFUTED:
            return told
        return f"{told}  Minimisers are not held: {held.detail}."
    shared = next(f for f in kinds if f.name == SHARED)
    if shared.verdict is Verdict.PROVED:
        return f"What still holds: {shared.detail}."
    if applying:
        return f"What is left: {applying[0].name}: {applying[0].concludes}."
    if verdict is Verdict.UNDECIDED:
        return "Nothing is claimed: a condition could not be decided."
    return "The condition is false somewhere in the scope; this says nothing about what training does there."


def _reference(problem: Problem, facts: Facts, budget: Budget) -> tuple[Order, ...]:
    """The orders with a reference class z_C = 0, for a pair that meets the conditions of Theorem 2 on R^C."""
    if facts.quotient or facts.tier not in (Tier.EXACT, Tier.SCALED, None) or _headline(facts) is not Verdict.PROVED:
        return ()
    try:
        return reference_orders(problem.loss.formula, problem.regularizer.formula, problem.scope, budget)
    except Undecided:
        return ()


def _prediction(
    problem: Problem, facts: Facts, loss: LossReport, regularizer: RegularizerReport, space: Space, budget: Budget
) -> Prediction | None:
    """The limit and its orders, where the conditions of Theorem 2 hold in the whole scope, on one space."""
    has_kappa = loss.kappa is not None and all(c.case.kappa is not None for c in loss.cases)
    if not has_kappa or space.is_mixed or _headline(facts) is not Verdict.PROVED:
        return None
    zero, one, hessian = sympy.Integer(0), sympy.Integer(1), regularizer.hessian
    orders = _orders(problem, loss, regularizer, facts.quotient, budget)
    if isinstance(hessian, LabelledHessian) and not problem.scope.arrays:
        rows = tuple(tuple(c.sympy() for c in row) for row in hessian.rows)
        return Prediction(loss.kappa, zero, zero, facts.quotient, one, orders, rows)
    if regularizer.reports is None:
        return None
    known = [(part, r.curvature) for part, r in regularizer.reports.pairs if r.curvature is not None]
    s = shared([InPart(part, c.s) for part, c in known], problem.scope.classes)
    t = shared([InPart(part, c.t) for part, c in known], problem.scope.classes)
    return None if s is None or t is None else Prediction(loss.kappa, s, t, facts.quotient, one, orders)


def _orders(
    problem: Problem, loss: LossReport, regularizer: RegularizerReport, quotient: bool, budget: Budget
) -> tuple[Order, ...]:
    """The orders, run by run of the classes where l or g branches on C; none where a parameter decides."""
    firsts = dict.fromkeys(c.part for c in loss.cases if c.part is not None)
    seconds = () if regularizer.reports is None else regularizer.reports.parts
    pairs = list(product(firsts, seconds))
    if any(part.constraints for pair in pairs for part in pair):
        return ()
    pieces = [(a.formula, b.formula, a.scope.classes.common(b.scope.classes)) for a, b in pairs]
    if len(pairs) <= 1:
        pieces = [(problem.loss.formula, problem.regularizer.formula, problem.scope.classes)]
    found: list[Order] = []
    try:
        for formula, penalty, classes in pieces:
            if classes is not None:
                scope = replace(problem.scope, classes=classes)
                found += orders_of(formula, penalty, scope, quotient=quotient, budget=budget)
    except Undecided:
        return ()
    return joined_orders(sorted(found, key=lambda order: order.classes.low))
