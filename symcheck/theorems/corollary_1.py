"""Corollary 1 (section 4 of the paper): a loss that is robust on cones without any penalty, as Theorem 1 with g = 0."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.conditions.everywhere.scaling import insensitive_without_degree
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.theorems.base import CONE, DOMAIN, EXIST, IS_A_CONE, REFERENCE, SHARED, Facts, Theorem
from symcheck.theorems.premise import Premise
from symcheck.theorems.theorem_1 import linear_premise

HOMOGENEOUS = "ins(l) - const is homogeneous of a degree k > 1"


def _needs(facts: Facts) -> Iterator[Premise]:
    yield from facts.premises(Condition.LOSS_GRADIENT)
    yield linear_premise(facts)
    yield _homogeneous(facts)


def _homogeneous(facts: Facts) -> Premise:
    """Whether what does not depend on the label scales by one power of t."""
    # Nothing is left but sym(l), which noise only scales.
    if facts.shape.is_linear:
        detail = "ins(l) is constant: noise multiplies the risk by a, up to a constant"
        return Premise(HOMOGENEOUS, Verdict.PROVED, detail)
    k = None if facts.shape.degree is None else facts.shape.degree.rational
    if k is not None and k > 1:
        detail = f"k = {k}: noise multiplies the minimisers by a^(1/(k - 1))"
        return Premise(HOMOGENEOUS, Verdict.PROVED, detail)
    problem = facts.problem
    found = insensitive_without_degree(problem.loss.formula, problem.scope) if facts.is_asked else None
    why = "the form of l does not show that ins(l) is homogeneous"
    settle = "write l as what is linear in z plus powers of one degree"
    return Premise.by_form(HOMOGENEOUS, why, settle, found, "ins(l) does not scale by one power of t")


THEOREM = Theorem(
    name="Corollary 1",
    place="section 4, Corollary 1",
    statement=(
        r"l(z, y) = \kappa\, l_{MUH}(z, y) + r(z) + \mathrm{const},\ r(tz) = t^k r(z)\ (k > 1),\ "
        r"\mathcal Z = t \mathcal Z \implies \arg\min \bar L_l = a^{1/(k-1)} \arg\min L_l;\quad "
        r"\tfrac12 \| z - o_y \|^2 = l_{MUH}(z, y) + \tfrac12 \| z \|^2 + \mathrm{const}"
    ),
    concludes="without any penalty, l is robust on every cone with minimisers, for every rho < (C-1)/C",
    assumptions=(IS_A_CONE, EXIST),
    needs=_needs,
    deviation=(
        "the paper writes the square of z - y with a label y; it holds for o_y = e_y - 1/C, not for e_y; that the part "
        "without the label is homogeneous is enough, it need not be a definite form"
    ),
    rank=10,
    covers=(CONE, SHARED, REFERENCE),
    on_request=True,
    is_alone=True,
    discharges=DOMAIN,
)
