"""Theorem 2' for homogeneous penalties (beyond the paper): the Hessian at 0 vanishes or is missing."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.conditions.everywhere.scaling import without_degree
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.theorems.base import (
    BOUNDS,
    CONE,
    HELD,
    NO_TIES,
    REFERENCE,
    SHARED,
    Discharge,
    Facts,
    Theorem,
    decided_premises,
    local_conditions,
)
from symcheck.theorems.premise import Premise


def _needs(facts: Facts) -> Iterator[Premise]:
    """For degrees k > 1, where Theorem 2' itself does not apply."""
    yield _is_elsewhere(facts)
    yield from facts.premises(Condition.LOSS_SMOOTH, Condition.LOSS_GRADIENT)
    yield _degree(facts)
    k = None if facts.degree is None else facts.degree.rational
    if k == 2 and facts.finding(Condition.REGULARIZER_SMOOTH).verdict is Verdict.PROVED:
        # then g is the quadratic form of its Hessian, and positive off 0 only where that is definite
        yield Premise.of(facts.finding(Condition.REGULARIZER_CURVATURE))
    yield from decided_premises(facts, Condition.REGULARIZER_POSITIVE, Condition.MINIMISERS_HELD)


def _is_elsewhere(facts: Facts) -> Premise:
    statement = "Theorem 2' itself does not apply: D^2 g(0) vanishes or does not exist"
    if local_conditions(facts) is Verdict.PROVED:
        detail = "D^2 g(0) is positive definite, and Theorem 2' applies"
        curvature = facts.finding(Condition.REGULARIZER_CURVATURE)
        return Premise(statement, Verdict.REFUTED, detail, curvature.derivation)
    return Premise(statement, Verdict.PROVED, "the conditions of Theorem 2' itself are not met")


def _degree(facts: Facts) -> Premise:
    statement = "g(tz) = t^k g(z) for t > 0, with one number k > 1"
    k = None if facts.degree is None else facts.degree.rational
    if k is None:
        penalty, scope = facts.problem.regularizer.formula, facts.problem.scope
        found = without_degree(penalty, scope) if facts.is_asked and facts.degree is None else None
        shown = "no law g(tz) = t^k g(z) came out of its form" if facts.degree is None else "k depends on a parameter"
        settle = "write g as a sum of powers of one degree, or give values"
        return Premise.by_form(statement, shown, settle, found, "g does not scale by one power of t")
    # For k = 1 the penalty scales as the linear part of the loss does, and alpha^(1/(k - 1)) has no meaning.
    if k <= 1:
        witness = Witness(facts.problem.scope.classes.low, "the k of g(tz) = t^k g(z)", str(k), "k > 1")
        return Premise(statement, Verdict.REFUTED, f"k = {k}", witness=witness)
    return Premise(statement, Verdict.PROVED, f"k = {k}, by the form of g")


_PENALTY = Condition.REGULARIZER_POSITIVE.value

THEOREM = Theorem(
    name="Theorem 2' for homogeneous penalties",
    place="beyond the paper",
    statement=(
        r"g(tz) = t^k g(z),\ k > 1 \implies Z_\alpha / \alpha^{1/(k-1)} \to \arg\min_F\, (l_{lin} + g),\ "
        r"Z^{noisy} = a^{1/(k-1)} Z^{clean}"
    ),
    concludes="clean and noisy training share one limit direction; the limit problem is l_lin + g itself",
    assumptions=(
        "a finite sample, and the outputs form a closed cone",
        _PENALTY,
        BOUNDS,
        "the minimiser of l_lin + g on the cone is unique and not 0",
        NO_TIES,
    ),
    needs=_needs,
    deviation="not in the paper, whose Lemma 4 needs D^2 g(0) positive definite",
    rank=70,
    covers=(CONE, SHARED, REFERENCE),
    discharges=(Discharge(_PENALTY, (Condition.REGULARIZER_POSITIVE,)), *HELD),
)
