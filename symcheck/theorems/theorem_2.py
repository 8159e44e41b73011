"""Theorem 2 (section 5 of the paper), as it has to be read: the local branch near Z(theta_0) = 0."""

from symcheck.theorems.base import FINITE_MOMENTS, NO_TIES, Theorem, local_premises

THEOREM = Theorem(
    name="Theorem 2",
    place="section 5, Theorem 2",
    statement=(
        r"\nabla l(0,y) = -\kappa\, o_y,\ D^2 g(0) = H \succ 0 \implies "
        r"\theta_\alpha = \theta_0 + \alpha v + o(\alpha),\ "
        r"v = -E[J^\top H J]^{-1} E[J^\top b_Y],\ v_{noisy} = a\, v_{clean}"
    ),
    concludes="clean and noisy training share one limit direction, near the point where the output is 0",
    assumptions=(
        "Z(theta_0) = 0 almost surely, and Z is twice continuously differentiable near theta_0",
        (
            "E[J'HJ] is positive definite at theta_0, with J = grad Z(theta_0) and H = D^2 g(0): it is where E[J'J] "
            "is, and H is on the span of the outputs"
        ),
        "grad L(theta_0) = E[J'b_Y] != 0",
        FINITE_MOMENTS,
        NO_TIES,
    ),
    needs=local_premises,
    deviation=(
        "the paper asks for kappa = 1 and J v != 0 almost surely; kappa > 0 and grad L(theta_0) != 0 are enough, "
        "and D^2 g(0) has to be positive definite, at least on the span of the outputs"
    ),
    rank=60,
    about_minimisers=False,
)
