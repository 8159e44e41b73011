"""Theorem 3 (section 5 of the paper): linear families, global minimisers."""

from symcheck.theorems.base import (
    CONVEX_OR_BOUNDS,
    CONVEXITY,
    FINITE_MOMENTS,
    NO_TIES,
    REFERENCE,
    SHARED,
    SIGNAL,
    Theorem,
    global_premises,
)

THEOREM = Theorem(
    name="Theorem 3",
    place="section 5, Theorem 3",
    statement=(
        r"Z = \theta \varphi(X),\ E[\varphi\varphi^\top] \succ 0 \implies "
        r"\theta_\alpha = O(\alpha)\ \text{exists, is unique, and}\ "
        r"\tfrac{Z(\theta_\alpha)}{\|\cdot\|} - \tfrac{Z(\hat\theta_\alpha)}{\|\cdot\|} \to 0"
    ),
    concludes="l + lambda g is asymptotically robust on linear families",
    assumptions=(
        CONVEX_OR_BOUNDS,
        "Z = theta phi(X) with E[phi phi'] positive definite",
        SIGNAL,
        FINITE_MOMENTS,
        NO_TIES,
    ),
    needs=global_premises,
    deviation=(
        "the paper omits E[o_Y phi'] != 0 and that minimisers exist and tend to 0, as they do for convex l and g, "
        "and concludes about l where it means l + lambda g"
    ),
    rank=40,
    covers=(SHARED, REFERENCE),
    discharges=CONVEXITY,
)
