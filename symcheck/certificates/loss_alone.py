"""The loss alone, without a penalty: which theorem holds then, or a point at which each of them fails.

PROVED where one theorem applies in the whole scope; REFUTED where one point is seen at which all of them fail; else
UNDECIDED, with values of parameters and numbers of classes for which one applies, where they were found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from symcheck.budget import Budget, stopping
from symcheck.certificates.material import Material, material_of
from symcheck.certificates.model_families import DRIFT_ON_A_CONE, DRIFT_WITH_A_REFERENCE, ModelFamily, covering
from symcheck.certificates.remains import Remains, RemainsKind
from symcheck.conditions.detached import NOTHING_TO_MINIMISE
from symcheck.conditions.everywhere.without_penalty import Failure, failure_of
from symcheck.conditions.gradient.reports import LossCase
from symcheck.errors import SymcheckError
from symcheck.findings.case import Case
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust, not_derived
from symcheck.findings.step import Derivation
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes
from symcheck.problem import NO_PENALTY, Problem
from symcheck.reason import Code, Reason, Undecided
from symcheck.theorems import theorems
from symcheck.theorems.base import CONE, REFERENCE, SHARED, Facts, Theorem

PREMISE = {
    "Ghosh": Condition.LOSS_SYMMETRIC,
    "Corollary 1": Condition.LOSS_HOMOGENEOUS,
    "Theorem 1 without a penalty": Condition.LOSS_HOMOGENEOUS,
    "Corollary 1 on shared features": Condition.LOSS_QUADRATIC,
}
"""What each of the theorems about the loss alone needs of it."""

QUICK = 2
"""Points that are looked at before a canonical form is made."""

SPECIAL = (Fraction(0), Fraction(1), Fraction(2), Fraction(-1))
"""Values of a parameter that are tried besides the closed ends of its interval."""


@dataclass(frozen=True)
class Alone:
    """What is known of a loss without a penalty, as the fields of its certificate."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    theorems: tuple[Theorem, ...]
    cases: tuple[Case, ...]
    families: tuple[ModelFamily, ...]
    remains: Remains


def alone(made: Material, budget: Budget) -> Alone:
    """The answer about the loss of ``made``, of which the penalty is 0, within ``budget``."""
    about_loss = tuple(f for f in made.facts.findings.values() if f.condition in _AT_ZERO)
    reason = _reason(made)
    found: tuple[Theorem, ...] = ()
    failure: Failure | None = None
    rows: list[Held] = [(c.case, None) for c in made.loss.cases]
    if reason is None:
        try:
            with budget.in_force(), stopping():
                failure = _failure(made.problem, budget, QUICK)
                found = () if failure is not None else applying(made.facts)
                if not found and failure is None:
                    failure = _failure(made.problem, budget)
                if not found:
                    rows = [_row(made, c, failure, budget) for c in made.loss.cases if not c.case.is_special]
                    rows += _special(made, rows, budget)
        except Undecided as stop:
            reason = stop.reason
    verdict = Verdict.PROVED if found else Verdict.REFUTED if failure is not None else Verdict.UNDECIDED
    if found or reason is not None:
        is_uniform = verdict is not Verdict.REFUTED
        rows = [(replace(case, verdict=verdict, is_uniform=is_uniform), None) for case, _ in rows]
    about_theorems = tuple(_findings(made.facts, found, failure, reason))
    return Alone(
        verdict,
        (*about_theorems, *about_loss),
        found,
        tuple(case for case, _ in rows),
        families_alone(made.facts, found),
        _remains(made, verdict, found, rows),
    )


Held = tuple[Case, Theorem | None]
"""A case, with the theorem that holds there if one does."""

_AT_ZERO = frozenset({Condition.LOSS_SMOOTH, Condition.LOSS_GRADIENT, Condition.LOSS_GRADIENT_SUM})


def applying(facts: Facts) -> tuple[Theorem, ...]:
    """The theorems about the loss alone that apply, those first that speak of more families of models."""
    about_it = [t for t in theorems() if t.is_alone]
    for only_alone in (False, True):
        known = [t for t in about_it if t.only_alone is only_alone and t.applies(facts) is Verdict.PROVED]
        if known:
            return tuple(sorted(known, key=lambda t: -len(t.covers)))
    return ()


def _reason(made: Material) -> Reason | None:
    """Why nothing can be said at all."""
    if made.problem.unread is not None:
        return made.problem.unread
    return NOTHING_TO_MINIMISE if made.facts.detaches else None


def _failure(problem: Problem, budget: Budget, *tried: int) -> Failure | None:
    return failure_of(problem.loss.formula, problem.scope, budget, *tried)


# the conditions


def _findings(
    facts: Facts, found: tuple[Theorem, ...], failure: Failure | None, reason: Reason | None
) -> Iterator[Finding]:
    """What theorems about the loss alone need: the premises of those that apply, or what fails, or what is open."""
    if failure is not None:
        for condition, detail, witness in (
            (Condition.LOSS_SYMMETRIC, "sum_y l(z, y) depends on z", failure.symmetric),
            (Condition.LOSS_HOMOGENEOUS, "they do not scale so", failure.homogeneous),
            (Condition.LOSS_QUADRATIC, "they are not of this form", failure.quadratic),
        ):
            told = f"{detail} at C = {witness.classes}"
            yield Finding(condition, Verdict.REFUTED, told, Trust.BALL, witness=witness)
        return
    # Of two theorems with one premise the one that needs less of the loss says what is open.
    places = list(dict.fromkeys(PREMISE.values()))
    asked = found or tuple({PREMISE[t.name]: t for t in theorems() if t.is_alone}.values())
    for theorem in sorted(asked, key=lambda t: places.index(PREMISE[t.name])):
        yield _premise(facts, theorem, reason)


def _premise(facts: Facts, theorem: Theorem, reason: Reason | None) -> Finding:
    """What ``theorem`` needs of the loss, as one finding."""
    condition = PREMISE[theorem.name]
    if reason is not None:
        return not_derived(condition, reason)
    premises = tuple(theorem.premises(facts))
    steps: Derivation = tuple(dict.fromkeys(s for p in premises for s in p.derivation))
    unmet = next((p for p in premises if p.verdict is not Verdict.PROVED), None)
    if unmet is None:
        return Finding(condition, Verdict.PROVED, "; ".join(p.detail for p in premises), derivation=steps)
    # Of one theorem alone this may be shown false; at no one point all of them were.
    why = f"{theorem.name} is not shown to apply: {unmet.reason.why if unmet.reason else unmet.detail}"
    settle = unmet.reason.settle if unmet.reason else "give values to parameters or to C"
    return Finding(condition, Verdict.UNDECIDED, "not shown", reason=Reason(Code.SIGN_UNKNOWN, why, settle))


# the cases


def _row(made: Material, case: LossCase, failure: Failure | None, budget: Budget) -> Held:
    """A case of the loss with the verdict on the loss alone there."""
    problem, row, part = made.problem, case.case, case.part
    is_whole = not row.where and row.classes == problem.scope.classes
    scope = problem.scope if part is None else part.scope
    is_point = row.classes.fixed is not None and not scope.parameters and not scope.arrays
    if is_whole and failure is not None:
        return replace(row, verdict=Verdict.REFUTED, is_uniform=is_point), None
    if is_whole or part is None:
        return replace(row, verdict=Verdict.UNDECIDED, is_uniform=True), None
    loss = replace(problem.loss, formula=part.formula, values={}, defaults=None)
    there = Problem(loss, NO_PENALTY, row.classes)
    if not part.is_wider and _failure(there, budget, QUICK) is not None:
        return replace(row, verdict=Verdict.REFUTED, is_uniform=is_point), None
    proved = applying(material_of(there, budget.left, budget).facts)
    verdict = Verdict.PROVED if proved else Verdict.UNDECIDED
    return replace(row, verdict=verdict, is_uniform=True), proved[0] if proved else None


def _special(made: Material, rows: list[Held], budget: Budget) -> Iterator[Held]:
    """Values of one parameter, and numbers of classes, at which a theorem applies that ``rows`` do not have."""
    known = {(case.where, case.classes) for case, theorem in rows if theorem is not None}
    # Where its values were cut into parts already, the parts say where it holds.
    cut = {c.parameter.name for row in made.loss.cases if row.part is not None for c in row.part.constraints}
    problem = made.problem
    for where, classes, values in _candidates(problem):
        if (where, classes or problem.scope.classes) in known or cut & set(values):
            continue
        try:
            there = problem.at(classes, values)
            if _failure(there, budget, 1) is not None:
                continue
            made_there = material_of(there, budget.left, budget)
            found = applying(made_there.facts)
        except SymcheckError:  # at an end of its interval a parameter may give the formula no value
            continue
        if found:
            scope = there.scope.classes
            case = Case(scope, where, made_there.loss.tier, made_there.loss.kappa, Verdict.PROVED, is_special=True)
            yield case, found[0]


def _candidates(problem: Problem) -> Iterator[tuple[str, Classes | None, dict[str, Fraction]]]:
    scope = problem.scope
    if scope.classes.fixed is None:
        low = scope.classes.low
        yield "", Classes(low, low), {}
    for p in scope.parameters:
        for value in _values(p):
            yield f"{p.name} = {value}", None, {p.name: value}


def _values(p: Parameter) -> tuple[Fraction, ...]:
    interval = p.interval
    if p.rounded:
        return ()
    ends = (interval.low, interval.high)
    return tuple(dict.fromkeys(v for v in (*ends, *SPECIAL) if v is not None and v in interval))


# families of models


def families_alone(facts: Facts, found: tuple[Theorem, ...]) -> tuple[ModelFamily, ...]:
    """For each kind of model the theorem about the loss alone that speaks of it."""
    is_drift = bool(found) and facts.tier is Tier.QUOTIENT
    return (
        _family(CONE, found, DRIFT_ON_A_CONE.format(point="minimiser") if is_drift else ""),
        _family(SHARED, found, ""),
        _family(REFERENCE, found, DRIFT_WITH_A_REFERENCE.format(scores="scores that minimise") if is_drift else ""),
    )


def _family(name: str, found: tuple[Theorem, ...], turned: str) -> ModelFamily:
    theorem = covering(found, name)
    if theorem is not None:
        return ModelFamily(name, Verdict.PROVED, f"{theorem.name}: {theorem.concludes}")
    if turned:
        return ModelFamily(name, Verdict.REFUTED, turned)
    told = "not certified: no theorem without a penalty was shown to apply in the whole scope"
    return ModelFamily(name, Verdict.UNDECIDED, told)


# what is left

_MINIMISERS = (
    "It does not say that there are minimisers: the risk of a symmetric loss may fall without bound, or have its "
    "infimum at infinity only."
)
_SMOOTHING = "For any loss l = sym(l) + ins(l), noise minimises sym(l) + ins(l)/a in its place (Lemma 1)."


def _remains(made: Material, verdict: Verdict, found: tuple[Theorem, ...], rows: list[Held]) -> Remains:
    if verdict is Verdict.PROVED:
        theorem = found[0]
        told = f"{theorem.name} applies: {theorem.concludes}."
        is_symmetric = PREMISE[theorem.name] is Condition.LOSS_SYMMETRIC
        return Remains(RemainsKind.THEOREM, f"{told}  {_MINIMISERS}" if is_symmetric else told)
    if verdict is Verdict.REFUTED:
        kind = RemainsKind.NOTHING
        told = (
            "None of the theorems without a penalty (Ghosh, Theorem 1, Corollary 1) applies there; training may still "
            "be robust."
        )
    else:
        kind, told = RemainsKind.UNKNOWN, "Nothing is claimed: no theorem without a penalty was shown to apply."
    sentences = [told, *(f"{theorem.name} holds {_place(case)}." for case, theorem in rows if theorem is not None)]
    if verdict is Verdict.REFUTED:
        sentences.append(_SMOOTHING)
    helped = _with_l2(made)
    return Remains(kind, "  ".join([*sentences, helped] if helped else sentences))


def _place(case: Case) -> str:
    return f"where {case.where}" if case.where else f"for {case.classes}"


def _with_l2(made: Material) -> str:
    """What the penalty l2, which is smooth with the Hessian I, makes of the loss."""
    facts = made.facts
    if facts.detaches or facts.verdict(Condition.LOSS_SMOOTH, Condition.LOSS_GRADIENT) is not Verdict.PROVED:
        return ""
    tier = "" if facts.tier is None else f", tier {facts.tier}"
    return f"With the penalty l2 it is PROVED{tier}, in the limit of a large weight."
