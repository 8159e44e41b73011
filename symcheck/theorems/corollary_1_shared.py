"""Corollary 1 for the plain one-hot: linear families whose classes share their features, and no other cone."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.conditions.cases.witness_points import witness_at
from symcheck.conditions.everywhere.scaling import unequal_insensitive
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.findings.condition import Condition
from symcheck.findings.step import Step
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.reason import Code, Reason
from symcheck.theorems.base import DOMAIN, EXIST, SHARED, Facts, Theorem
from symcheck.theorems.premise import Premise
from symcheck.theorems.theorem_1 import linear_premise

DEFINITE = "ins(l) is a positive definite quadratic form, up to what is linear in z and constant"


def _quadratic(facts: Facts) -> Premise:
    """Whether ins(l) is a positive definite quadratic form, up to what is linear and constant."""
    if facts.shape.eigenvalues:
        return _definite(facts.shape.eigenvalues)
    if facts.shape.is_linear:
        witness = Witness(facts.problem.scope.classes.low, "D^2 ins(l)", "0", "a positive definite matrix")
        return Premise(DEFINITE, Verdict.REFUTED, "l has no quadratic part", witness=witness)
    problem = facts.problem
    found = unequal_insensitive(problem.loss.formula, problem.scope) if facts.is_asked else None
    why, settle = "the form of l does not show a label-free quadratic part", "write l as a polynomial of degree 2 in z"
    return Premise.by_form(DEFINITE, why, settle, found, "ins(l) does not scale as a quadratic form does")


def _definite(eigenvalues: tuple[Element, ...]) -> Premise:
    steps = []
    for name, value in zip(("on the complement of (1, ..., 1)", "along (1, ..., 1)"), eigenvalues, strict=False):
        sign = value.field.sign(value)
        steps.append(Step(f"eigenvalue of D^2 ins(l) {name}", value.text()))
        if sign.kind is Kind.POSITIVE:
            continue
        # Where the sign was not decided no point speaks against it, and the premise stays open.
        point = next((p for p in sign.points if p.sign <= 0), None)
        if point is None:
            reason = Reason(Code.SIGN_UNKNOWN, f"the sign of {value.text()} was not decided", "give values")
            return Premise(DEFINITE, Verdict.UNDECIDED, reason.why, tuple(steps), reason=reason)
        witness = witness_at(value, point, f"the eigenvalue of D^2 ins(l) {name}", "a value > 0")
        return Premise(DEFINITE, Verdict.REFUTED, "the form is not positive definite", tuple(steps), witness)
    return Premise(DEFINITE, Verdict.PROVED, "both eigenvalues of its matrix are positive", tuple(steps))


def _needs(facts: Facts) -> Iterator[Premise]:
    yield _drift(facts)
    yield linear_premise(facts)
    yield _quadratic(facts)


def _drift(facts: Facts) -> Premise:
    """The gradient up to a drift along (1, ..., 1), for a loss that treats all classes alike."""
    statement = "grad l(0, y) = -kappa o_y + c 1 with kappa > 0, and l treats all classes alike"
    f, tier = facts.finding(Condition.LOSS_GRADIENT), facts.tier
    form = "the tier of the loss is undecided" if tier is None else f"tier {tier}: {tier.value}"
    if facts.problem.loss.formula.is_classwise or tier is None:
        verdict = Verdict.UNDECIDED
    else:
        verdict = Verdict.PROVED if tier in (Tier.EXACT, Tier.SCALED, Tier.QUOTIENT) else Verdict.REFUTED
    return Premise(statement, verdict, form, f.derivation, f.witness if verdict is Verdict.REFUTED else None, f.reason)


THEOREM = Theorem(
    name="Corollary 1 on shared features",
    place="beyond the paper",
    statement=(
        r"l(z, y) = \tfrac12 \| z - e_y \|^2,\ Z = \theta \varphi(X) \implies "
        r"\bar Z = a Z + \tfrac{1 - a}{C} P \mathbf 1\mathbf 1^\top,\ \mathrm{pred}(\bar Z) = \mathrm{pred}(Z)"
    ),
    concludes="without any penalty, noise moves no prediction of a linear model whose classes share their features",
    assumptions=("Z = theta phi(X) with one feature vector for all classes, E[phi phi'] positive definite", EXIST),
    needs=_needs,
    deviation="the paper states it for every cone, where the plain one-hot fails",
    rank=20,
    covers=(SHARED,),
    on_request=True,
    is_alone=True,
    discharges=DOMAIN,
)
