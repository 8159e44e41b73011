"""Section 6 of the paper: confidence penalties, on the quotient by (1, ..., 1)."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.findings.condition import Condition
from symcheck.theorems.base import (
    CONVEX_OR_BOUNDS,
    CONVEXITY,
    FINITE_MOMENTS,
    NO_TIES,
    SIGNAL,
    Facts,
    Theorem,
    global_premises,
)
from symcheck.theorems.premise import Premise


def _needs(facts: Facts) -> Iterator[Premise]:
    yield from facts.premises(Condition.SHIFT_INVARIANT)
    yield from global_premises(facts)


THEOREM = Theorem(
    name="Confidence penalties",
    place="section 6",
    statement=(
        r"l(z + t \mathbf 1, y) = l(z, y),\ g(z + t \mathbf 1) = g(z),\ "
        r"D^2 g(0) \succ 0\ \text{on}\ \mathbb R^C / \mathbf 1 \implies "
        r"\text{Theorems 2, 2' and 3 hold on}\ \mathbb R^C / \mathbf 1,\ \text{in the coordinates}\ z_C = 0"
    ),
    concludes="on the quotient by (1, ..., 1), clean and noisy training share one limit direction",
    assumptions=(
        "the classifier is judged by differences of scores: norms and distances are those of the quotient",
        "Z = theta phi(X) with E[phi phi'] positive definite, theta on the quotient (as with z_C = 0)",
        CONVEX_OR_BOUNDS,
        SIGNAL,
        FINITE_MOMENTS,
        NO_TIES,
    ),
    needs=_needs,
    deviation=(
        "the paper asks for the penalty alone to be invariant and minimises L_(l + alpha g), where alpha L + G is "
        "meant (alpha = 1/lambda); the loss has to be invariant as well, and D^2 g(0) positive definite on the quotient"
    ),
    rank=90,
    on_request=True,
    discharges=CONVEXITY,
)
