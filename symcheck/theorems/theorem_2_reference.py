"""Theorem 2 with a reference class: H = D^2 g(0) need be definite on the span of the outputs alone, here z_C = 0."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.theorems.base import FINITE_MOMENTS, NO_TIES, REFERENCE, Facts, Theorem, local_conditions
from symcheck.theorems.premise import Premise


def _needs(facts: Facts) -> Iterator[Premise]:
    """For penalties whose Hessian is singular, or worse, on R^C; for the others there is Theorem 2 itself."""
    yield _is_elsewhere(facts)
    yield from facts.premises(
        Condition.LOSS_SMOOTH,
        Condition.LOSS_GRADIENT,
        Condition.REGULARIZER_SMOOTH,
        Condition.REGULARIZER_GRADIENT,
        Condition.REFERENCE_CURVATURE,
    )


def _is_elsewhere(facts: Facts) -> Premise:
    statement = "Theorem 2 itself does not apply"
    # No weakness of the pair: this theorem would only repeat what Theorem 2 says already.
    if local_conditions(facts) is Verdict.PROVED:
        curvature = facts.finding(Condition.REGULARIZER_CURVATURE)
        return Premise(statement, Verdict.REFUTED, "its conditions hold", curvature.derivation)
    return Premise(statement, Verdict.PROVED, "its conditions are not met, or not shown to be")


THEOREM = Theorem(
    name="Theorem 2 with a reference class",
    place="beyond the paper",
    statement=(
        r"\nabla l(0,y) = -\kappa\, o_y,\ z_C = 0,\ D^2 g(0) \succ 0\ \text{on}\ \{ z_C = 0 \} \implies "
        r"\theta_\alpha = \theta_0 + \alpha v + o(\alpha),\ v_{noisy} = a\, v_{clean}"
    ),
    concludes=(
        "with a reference class z_C = 0, clean and noisy training share one limit direction, near the point where the "
        "output is 0"
    ),
    assumptions=(
        "the outputs have z_C = 0",
        "Z(theta_0) = 0 almost surely, and Z is twice continuously differentiable near theta_0",
        "E[J'J] is positive definite at theta_0, J = grad Z(theta_0)",
        "grad L(theta_0) = E[J'b_Y] != 0",
        FINITE_MOMENTS,
        NO_TIES,
    ),
    needs=_needs,
    deviation="not in the paper, which has no condition on D^2 g(0): on the span of the outputs it has to be definite",
    rank=100,
    covers=(REFERENCE,),
    about_minimisers=False,
)
