"""Corollary 1 for the plain one-hot: linear families whose classes share their features, and no other cone."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.finding import Condition
from symcheck.theorems.base import Facts, Theorem
from symcheck.theorems.corollary_1 import quadratic_premise
from symcheck.theorems.premise import Premise
from symcheck.theorems.theorem_1 import linear_premise
from symcheck.tier import Tier
from symcheck.verdict import Verdict


def _needs(facts: Facts) -> Iterator[Premise]:
    yield _drift(facts)
    yield linear_premise(facts)
    yield quadratic_premise(facts)


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
    assumptions=("Z = theta phi(X) with one feature vector for all classes, E[phi phi'] positive definite",),
    needs=_needs,
    deviation="the paper states it for every cone, where the plain one-hot fails",
    rank=2,
    on_request=True,
)
