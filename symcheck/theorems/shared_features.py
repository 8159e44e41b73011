"""Linear families with shared features (beyond the paper): a drift along D^2 g(0) (1, ..., 1) does no harm."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.reason import Code, Reason
from symcheck.theorems.base import (
    BESIDES_THE_GRADIENT,
    CONVEX_OR_BOUNDS,
    CONVEXITY,
    FINITE_MOMENTS,
    NO_TIES,
    SHARED,
    SIGNAL,
    Facts,
    Theorem,
    decided_premises,
)
from symcheck.theorems.premise import Premise


def _needs(facts: Facts) -> Iterator[Premise]:
    """For losses with a drift that adds the same number to all limit scores; the others have Theorem 3."""
    yield _drift(facts)
    yield from facts.premises(*BESIDES_THE_GRADIENT)
    yield from decided_premises(facts, Condition.MINIMISERS_HELD)


def _drift(facts: Facts) -> Premise:
    statement = (
        "on R^C, grad l(0, y) = -kappa o_y + d with kappa > 0 and a drift d != 0 that is a multiple of "
        "D^2 g(0) (1, ..., 1)"
    )
    gradient, tier = facts.finding(Condition.LOSS_GRADIENT), facts.tier
    if tier is None:
        return Premise(statement, Verdict.UNDECIDED, "the tier of the loss is undecided", reason=gradient.reason)
    if facts.quotient:
        return Premise(statement, Verdict.REFUTED, "the pair is judged on the quotient by (1, ..., 1): see Theorem 3")
    form = f"tier {tier}: {tier.value}"
    # The other tiers have no drift, no signal or no gradient; FAIL may have a drift along H 1 for an H that is given.
    if tier not in (Tier.QUOTIENT, Tier.CLASSWISE, Tier.FAIL):
        return Premise(statement, Verdict.REFUTED, form, gradient.derivation, gradient.witness)
    # For H = s I + t 11' the vector H 1 is a multiple of 1, as the drift c 1 is.
    if facts.drift is Verdict.PROVED or (facts.drift is None and tier is Tier.QUOTIENT):
        detail = f"{form}; the drift adds the same number to all limit scores"
        return Premise(statement, Verdict.PROVED, detail, gradient.derivation)
    if facts.drift is Verdict.UNDECIDED:
        reason = gradient.reason or Reason(
            Code.SIGN_UNKNOWN, "d was not compared with D^2 g(0) (1, ..., 1)", "give the arrays entries"
        )
        return Premise(statement, Verdict.UNDECIDED, f"{form}; whether d is such a multiple is open", reason=reason)
    return Premise(statement, Verdict.REFUTED, form, gradient.derivation, gradient.witness)


THEOREM = Theorem(
    name="Theorem on shared features",
    place="beyond the paper",
    statement=(
        r"d = \tfrac{1}{C} \sum_k b_k = \mu H \mathbf 1 \implies "
        r"S = -P(a (b_Y - d) + \mathbf 1 d^\top) H^{-1},\ \mathrm{pred}(S)\ \text{does not depend on}\ a"
    ),
    concludes="noise moves no limit prediction of a linear model whose classes share their features",
    assumptions=(
        "Z = theta phi(X) with one feature vector for all classes, E[phi phi'] positive definite",
        CONVEX_OR_BOUNDS,
        SIGNAL,
        FINITE_MOMENTS,
        NO_TIES,
    ),
    needs=_needs,
    deviation="not in the paper",
    rank=80,
    covers=(SHARED,),
    needs_one_hessian=True,
    discharges=CONVEXITY,
)
