"""Linear families with shared features (beyond the paper): a drift along D^2 g(0) (1, ..., 1) does no harm."""

from __future__ import annotations

from symcheck.finding import Condition
from symcheck.theorems.base import FINITE_MOMENTS, NO_TIES, SIGNAL, Facts, Theorem
from symcheck.tier import Tier
from symcheck.verdict import Verdict


def _applies(facts: Facts) -> Verdict:
    """For losses with a drift that adds the same number to all limit scores; the others have Theorem 3."""
    if facts.tier is None:
        return Verdict.UNDECIDED
    if facts.quotient or facts.tier not in (Tier.QUOTIENT, Tier.CLASSWISE, Tier.FAIL):
        return Verdict.REFUTED
    if facts.drift is not Verdict.PROVED and (facts.drift is not None or facts.tier is not Tier.QUOTIENT):
        return Verdict.REFUTED if facts.drift is None else facts.drift
    return _conditions(facts)


def _conditions(facts: Facts) -> Verdict:
    return facts.verdict(
        Condition.LOSS_SMOOTH,
        Condition.REGULARIZER_SMOOTH,
        Condition.REGULARIZER_GRADIENT,
        Condition.REGULARIZER_CURVATURE,
    )


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
        "l(., y) and g are convex, or the two lower bounds of Theorem 2' hold on a finite sample",
        SIGNAL,
        FINITE_MOMENTS,
        NO_TIES,
    ),
    applies=_applies,
    deviation="not in the paper",
    rank=5,
)
