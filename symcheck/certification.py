"""certify: what is proved, refuted or undecided about a loss with an output regularizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import flint
import sympy

from symcheck.budget import SECONDS, Budget
from symcheck.calculus.classwise import classwise_loss_report, drift_verdict
from symcheck.calculus.classwise_regularizer import classwise_regularizer_report
from symcheck.calculus.gauge import gauge_finding
from symcheck.calculus.hessian import LabelledHessian
from symcheck.calculus.loss import LossReport, loss_report
from symcheck.calculus.order import orders_of
from symcheck.calculus.reference_order import reference_orders
from symcheck.calculus.regularizer import RegularizerReport, curvature_finding, regularizer_report
from symcheck.calculus.rounding import explained, middles, rounded_parts
from symcheck.calculus.shape import shape_of
from symcheck.case import Case
from symcheck.certificate import Certificate
from symcheck.constants.field import Field
from symcheck.derivation import Step
from symcheck.families import SHARED, Family, families
from symcheck.finding import Condition, Finding
from symcheck.given import Given, subject_of
from symcheck.language.scope import Classes
from symcheck.prediction import Order, Prediction
from symcheck.problem import Problem
from symcheck.properties import property_finding
from symcheck.readings.weight import degree
from symcheck.reason import Code, Reason, Undecided
from symcheck.remembered import remembered
from symcheck.theorems import theorems
from symcheck.theorems.base import Facts, Theorem
from symcheck.tier import Tier
from symcheck.verdict import Verdict, conjunction
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
    problem = Problem(subject_of(loss, "loss", wanted), subject_of(regularizer, "regularizer", wanted), wanted)
    return _certificate(problem, budget)


def _certificate(problem: Problem, seconds: float) -> Certificate:
    budget = Budget(seconds)
    scope = problem.scope
    about_loss = classwise_loss_report if problem.loss.formula.is_classwise else loss_report
    loss: LossReport = remembered(about_loss, problem.loss.formula, scope.of(problem.loss.formula), budget)
    about_g = classwise_regularizer_report if problem.regularizer.formula.is_classwise else regularizer_report
    regularizer = remembered(about_g, problem.regularizer.formula, scope.of(problem.regularizer.formula), budget)
    gauge = _gauge(problem, loss, regularizer)
    quotient = gauge is not None and gauge.verdict is Verdict.PROVED
    findings = [*loss.findings, *regularizer.findings]
    if gauge is not None and gauge.verdict is not Verdict.REFUTED:
        findings.append(gauge)
    curvature = _curvature(regularizer, gauge)
    if problem.regularizer.formula.detaches and curvature.verdict is not Verdict.UNDECIDED:
        curvature = replace(
            curvature, verdict=Verdict.UNDECIDED, detail=_OF_A_FIELD.why, witness=None, reason=_OF_A_FIELD
        )
    findings.append(curvature)
    findings = explained_by_rounding(problem, findings, seconds)
    facts = _facts(problem, findings, loss, regularizer, quotient, seconds)
    verdict = _headline(facts)
    applying = tuple(t for t in theorems() if not t.on_request and t.applies(facts) is Verdict.PROVED)
    kinds = families(facts, applying)

    def prediction() -> Prediction | None:
        return _prediction(problem, facts, loss, regularizer, Budget(seconds))

    return Certificate(
        problem=problem,
        verdict=verdict,
        tier=loss.tier,
        kappa=loss.kappa,
        quotient=quotient,
        cases=_cases(loss, regularizer, quotient),
        families=kinds,
        findings=tuple(findings),
        theorems=applying,
        still_holds=_still_holds(verdict, applying, kinds),
        versions={"symcheck": VERSION, "sympy": sympy.__version__, "python-flint": flint.__version__},
        predict=prediction,
        again=lambda narrower: _certificate(narrower, seconds),
        facts=facts,
        predict_reference=lambda: _reference(problem, facts, Budget(seconds)),
    )


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


def _gauge(problem: Problem, loss: LossReport, regularizer: RegularizerReport) -> Finding | None:
    """Whether the pair lives on the quotient, asked only if D^2 g(0) has (1, ..., 1) in its kernel."""
    return _invariance(problem, loss, regularizer) if regularizer.is_flat_along_ones else None


def _invariance(problem: Problem, loss: LossReport, regularizer: RegularizerReport) -> Finding:
    """Whether l and g are both shift-invariant."""
    scope, its, own = problem.scope, problem.loss.formula, problem.regularizer.formula
    parts = (its, scope.of(its), loss.agreed), (own, scope.of(own), regularizer.agreed)
    return gauge_finding(*parts, regularizer.hessian)


def _curvature(regularizer: RegularizerReport, gauge: Finding | None) -> Finding:
    """Definiteness on the space that the pair lives on; open if that space is, and it matters."""
    full = curvature_finding(regularizer, quotient=False)
    if gauge is None:
        return full
    if gauge.verdict is Verdict.REFUTED:
        moved = Step("the quotient by (1, ..., 1)", "no way out", gauge.detail)
        return replace(full, derivation=(*full.derivation, moved))
    across = curvature_finding(regularizer, quotient=True)
    if gauge.verdict is Verdict.PROVED:
        return across
    if across.verdict is Verdict.REFUTED:
        return full
    return replace(across, verdict=Verdict.UNDECIDED, detail=gauge.detail, reason=gauge.reason)


def _headline(facts: Facts) -> Verdict:
    """The least of the findings that Theorem 2 needs; invariance only says on which space they are."""
    return conjunction(f.verdict for c, f in facts.findings.items() if c is not Condition.SHIFT_INVARIANT)


def _facts(
    problem: Problem,
    findings: list[Finding],
    loss: LossReport,
    regularizer: RegularizerReport,
    quotient: bool,
    seconds: float,
) -> Facts:
    its, penalty, scope = problem.loss.formula, problem.regularizer.formula, problem.scope

    def derive(condition: Condition) -> Finding:
        if condition is Condition.SHIFT_INVARIANT:
            return _invariance(problem, loss, regularizer)
        return property_finding(problem, condition, seconds)

    return Facts(
        problem=problem,
        findings={f.condition: f for f in findings},
        tier=loss.tier,
        quotient=quotient,
        shape=shape_of(its, loss.agreed, Field(scope.of(its))),
        degree=degree(penalty, Field(scope.of(penalty))),
        drift=drift_verdict(loss, regularizer),
        derive=derive,
    )


def _cases(loss: LossReport, regularizer: RegularizerReport, quotient: bool) -> tuple[Case, ...]:
    """What holds for which classes, and for which values of the parameters."""
    fixed = conjunction(f.verdict for f in regularizer.findings)
    if regularizer.agreed is not None and regularizer.agreed.formula.detaches:
        fixed = conjunction([fixed, Verdict.UNDECIDED])
    curved = [(c.classes, c.verdict(quotient=quotient)) for c in regularizer.cases]
    found: list[Case] = []
    for case in loss.cases:
        for classes, verdict in curved or [(case.classes, Verdict.UNDECIDED)]:
            both = case.classes.common(classes)
            if both is not None:
                found.append(Case(both, case.where, case.tier, case.kappa, conjunction([fixed, verdict, case.verdict])))
    return _joined(found)


def _joined(cases: list[Case]) -> tuple[Case, ...]:
    """Neighbouring runs of classes on which the same holds, as one case."""
    joined: list[Case] = []
    for case in sorted(cases, key=lambda c: (c.where, c.classes.low)):
        last = joined[-1] if joined else None
        if last is not None and _follows(last, case):
            joined[-1] = replace(case, classes=Classes(last.classes.low, case.classes.high))
        else:
            joined.append(case)
    return tuple(sorted(joined, key=lambda c: (c.classes.low, c.where)))


def _follows(last: Case, case: Case) -> bool:
    same = (last.where, last.tier, last.kappa, last.verdict) == (case.where, case.tier, case.kappa, case.verdict)
    return same and last.classes.high is not None and last.classes.high + 1 == case.classes.low


def _still_holds(verdict: Verdict, applying: tuple[Theorem, ...], kinds: tuple[Family, ...]) -> str:
    """The sentence under the headline: what the verdict leaves."""
    if verdict is Verdict.PROVED:
        return f"{applying[0].name} applies: {applying[0].concludes}."
    shared = next(f for f in kinds if f.name == SHARED)
    if shared.verdict is Verdict.PROVED:
        return f"What still holds: {shared.detail}."
    if verdict is Verdict.UNDECIDED:
        return "Nothing is claimed: a condition could not be decided."
    return "The condition is false somewhere in the scope; this says nothing about what training does there."


def _reference(problem: Problem, facts: Facts, budget: Budget) -> tuple[Order, ...]:
    """The orders with a reference class z_C = 0, for a pair that meets the conditions of Theorem 2 on R^C."""
    if facts.quotient or facts.tier not in (Tier.EXACT, Tier.SCALED) or _headline(facts) is not Verdict.PROVED:
        return ()
    try:
        return reference_orders(problem.loss.formula, problem.regularizer.formula, problem.scope, budget)
    except Undecided:
        return ()


def _prediction(
    problem: Problem, facts: Facts, loss: LossReport, regularizer: RegularizerReport, budget: Budget
) -> Prediction | None:
    """The limit and its orders, where the conditions of Theorem 2 hold in the whole scope."""
    curvature, hessian = regularizer.curvature, regularizer.hessian
    is_known = curvature is not None or (isinstance(hessian, LabelledHessian) and not problem.scope.arrays)
    if loss.kappa is None or not is_known or _headline(facts) is not Verdict.PROVED:
        return None
    try:
        orders = orders_of(
            problem.loss.formula, problem.regularizer.formula, problem.scope, quotient=facts.quotient, budget=budget
        )
    except Undecided:
        orders = ()
    zero, one = sympy.Integer(0), sympy.Integer(1)
    if isinstance(hessian, LabelledHessian):
        rows = tuple(tuple(c.sympy() for c in row) for row in hessian.rows)
        return Prediction(loss.kappa, zero, zero, facts.quotient, one, orders, rows)
    assert curvature is not None
    return Prediction(loss.kappa, curvature.s.sympy(), curvature.t.sympy(), facts.quotient, one, orders)
