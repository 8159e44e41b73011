"""Corollary 1 (section 4 of the paper): the square loss of the centred one-hot needs no penalty."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.calculus.scaling import unequal_insensitive
from symcheck.calculus.witness import witness_at
from symcheck.constants.constant import Constant
from symcheck.constants.sign import Kind
from symcheck.derivation import Step
from symcheck.finding import Condition
from symcheck.reason import Code, Reason
from symcheck.theorems.base import CONE, Facts, Theorem
from symcheck.theorems.premise import Premise
from symcheck.theorems.theorem_1 import linear_premise
from symcheck.verdict import Verdict
from symcheck.witness import Witness

DEFINITE = "ins(l) is a positive definite quadratic form, up to what is linear in z and constant"


def quadratic_premise(facts: Facts) -> Premise:
    """Whether ins(l) is a positive definite quadratic form, up to what is linear and constant."""
    if facts.shape.eigenvalues:
        return _definite(facts.shape.eigenvalues)
    if facts.shape.is_linear:
        witness = Witness(facts.problem.scope.classes.low, "D^2 ins(l)", "0", "a positive definite matrix")
        return Premise(DEFINITE, Verdict.REFUTED, "l has no quadratic part", witness=witness)
    problem = facts.problem
    found = unequal_insensitive(problem.loss.formula, problem.scope) if facts.is_asked else None
    if found is not None:
        return Premise(DEFINITE, Verdict.REFUTED, "ins(l) does not scale as a quadratic form does", witness=found)
    why = "the form of l does not show a label-free quadratic part"
    reason = Reason(Code.SIGN_UNKNOWN, why, "write l as a polynomial of degree 2 in z")
    return Premise(DEFINITE, Verdict.UNDECIDED, why, reason=reason)


def _definite(eigenvalues: tuple[Constant, ...]) -> Premise:
    steps = []
    for name, value in zip(("on the complement of (1, ..., 1)", "along (1, ..., 1)"), eigenvalues, strict=False):
        sign = value.field.sign(value)
        steps.append(Step(f"eigenvalue of D^2 ins(l) {name}", value.text()))
        if sign.kind is Kind.POSITIVE:
            continue
        point = next((p for p in sign.points if p.sign <= 0), None)
        if point is None:
            reason = Reason(Code.SIGN_UNKNOWN, f"the sign of {value.text()} was not decided", "give values")
            return Premise(DEFINITE, Verdict.UNDECIDED, reason.why, tuple(steps), reason=reason)
        witness = witness_at(value, point, f"the eigenvalue of D^2 ins(l) {name}", "a value > 0")
        return Premise(DEFINITE, Verdict.REFUTED, "the form is not positive definite", tuple(steps), witness)
    return Premise(DEFINITE, Verdict.PROVED, "both eigenvalues of its matrix are positive", tuple(steps))


def _needs(facts: Facts) -> Iterator[Premise]:
    yield from facts.premises(Condition.LOSS_GRADIENT)
    yield linear_premise(facts)
    yield quadratic_premise(facts)


THEOREM = Theorem(
    name="Corollary 1",
    place="section 4, Corollary 1",
    statement=(
        r"l(z, y) = \tfrac12 \| z - o_y \|^2 = l_{MUH}(z, y) + \tfrac12 \| z \|^2 + \mathrm{const},\ "
        r"\mathcal Z = t \mathcal Z \implies \arg\min \bar L_l = a \arg\min L_l"
    ),
    concludes="without any penalty, l is robust on every cone for every rho < (C-1)/C",
    assumptions=(CONE,),
    needs=_needs,
    deviation="the paper writes the square of z - y with a label y; it holds for o_y = e_y - 1/C, not for e_y",
    rank=1,
    on_request=True,
)
