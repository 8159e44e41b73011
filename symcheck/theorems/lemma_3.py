"""Lemma 3 (section 5 of the paper): the direction in which stationary points leave theta_0."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.theorems.base import FINITE_MOMENTS, Facts, Theorem
from symcheck.theorems.premise import Premise


def _needs(facts: Facts) -> Iterator[Premise]:
    yield _differentiable(facts)
    yield from facts.premises(
        Condition.REGULARIZER_SMOOTH, Condition.REGULARIZER_GRADIENT, Condition.REGULARIZER_CURVATURE
    )


def _differentiable(facts: Facts) -> Premise:
    """C^1 is needed of l, and C^2 is what is decided."""
    statement = "l(., y) is continuously differentiable near 0"
    smooth = facts.finding(Condition.LOSS_SMOOTH)
    if smooth.verdict is Verdict.PROVED:
        return Premise(statement, Verdict.PROVED, smooth.detail, smooth.derivation, condition=smooth.condition)
    # No gradient at 0 refutes C^1; a second derivative that is missing does not.
    if facts.tier is Tier.NONDIFF:
        gradient = facts.finding(Condition.LOSS_GRADIENT)
        return Premise(statement, Verdict.REFUTED, gradient.detail, gradient.derivation, gradient.witness)
    return Premise(statement, Verdict.UNDECIDED, "it is not shown to be twice so", reason=smooth.reason)


THEOREM = Theorem(
    name="Lemma 3",
    place="appendix, Lemma 3",
    statement=(
        r"\nabla g(\theta_0) = 0,\ D^2 g(\theta_0) \succ 0,\ \nabla h(\theta_0) \ne 0,\ "
        r"\alpha_n \nabla h(\theta_n) + \nabla g(\theta_n) = 0,\ \alpha_n > 0,\ \theta_n \to \theta_0 \implies "
        r"\theta_n - \theta_0 = \alpha_n v + o(\alpha_n),\ v = -D^2 g(\theta_0)^{-1} \nabla h(\theta_0)"
    ),
    concludes="with h = L and g = G, stationary points near Z = 0 leave it along v, which noise multiplies by a number "
    "only under the gradient condition",
    assumptions=(
        "theta_n -> theta_0 are stationary for L + lambda_n G, with lambda_n > 0 and Z(theta_0) = 0",
        "Z is continuously differentiable near theta_0, and D^2 G(theta_0) = E[J'HJ] exists and is invertible",
        "grad L(theta_0) = E[J'b_Y] != 0",
        FINITE_MOMENTS,
    ),
    needs=_needs,
    deviation=(
        "the paper asks for strict convexity, which is not enough (g = t1^4 + t2^4), and for alpha_n != 0, where the "
        "sign of alpha_n turns the direction"
    ),
    rank=130,
    on_request=True,
)
