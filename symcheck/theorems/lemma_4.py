"""Lemma 4 (section 5 of the paper): L + lambda G is strictly convex near Z(theta_0) = 0."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.theorems.base import BESIDES_THE_GRADIENT, FINITE_MOMENTS, Facts, Theorem
from symcheck.theorems.premise import Premise


def _needs(facts: Facts) -> Iterator[Premise]:
    return facts.premises(*BESIDES_THE_GRADIENT)


THEOREM = Theorem(
    name="Lemma 4",
    place="appendix, Lemma 4",
    statement=(
        r"\nabla g(0) = 0,\ D^2 g(0) = H \succ 0,\ E[J^\top J] \succ 0 \implies "
        r"D^2 G(\theta_0) = E[J^\top H J] \succ 0,\ \alpha L + G\ \text{strictly convex near}\ \theta_0"
    ),
    concludes="L + lambda G is strictly convex in one neighbourhood of theta_0 for all large lambda",
    assumptions=(
        "Z(theta_0) = 0 almost surely, and Z is twice continuously differentiable near theta_0",
        "E[J'J] is positive definite at theta_0, J = grad Z(theta_0)",
        FINITE_MOMENTS,
    ),
    needs=_needs,
    deviation="the paper asks for a unique minimum of g at 0 only, and g = t^4, l = -t^2 meets that and fails",
    rank=140,
    on_request=True,
)
