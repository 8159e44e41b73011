"""Theorem 2' (beyond the paper): cones of outputs, global minimisers, no rank condition."""

from symcheck.theorems.base import BOUNDS, CONE, HELD, NO_TIES, Theorem, global_premises

THEOREM = Theorem(
    name="Theorem 2'",
    place="beyond the paper",
    statement=(
        r"F\ \text{a closed cone},\ Z_\alpha \in \arg\min_F\, \alpha L + G \implies "
        r"Z_\alpha / \alpha \to \arg\min_F\, \left( l_{lin} + g_{sq} \right)"
    ),
    concludes=(
        "every limit point of lambda Z_lambda minimises l_lin + g_sq on the cone; "
        "noise multiplies it by a = 1 - rho C/(C - 1)"
    ),
    assumptions=(
        "a finite sample, and the outputs form a closed cone",
        BOUNDS,
        "the minimiser of l_lin + g_sq on the cone is unique and not 0",
        NO_TIES,
    ),
    needs=global_premises,
    deviation="not in the paper; it covers networks with a free output scale, where E[J'J] is singular",
    rank=50,
    covers=(CONE,),
    discharges=HELD,
)
