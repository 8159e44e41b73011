"""A tie in the limit: every hypothesis of Theorem 3 holds, and a prediction turns at every lambda."""

from __future__ import annotations

from fractions import Fraction
from typing import final

from symcheck.counterexamples.base import Counterexample, LambdaClaim, equal_weights, every_positive, rows
from symcheck.language.classwise import ClassParameter
from symcheck.language.functions import mean, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss
from symcheck.minimisers.family import Free
from symcheck.regularizers.l2 import L2


@final
class TiedUnhinged(Loss):
    """l(z, y) = mean(z) - z_y + 1/2 (w_y z_1^2 + z_2^2) with w = (1/2, 1/2, 4), for three classes.

    Convex, smooth, EXACT; its second derivative depends on the label.
    """

    def formula(self, z: Vec, y: Label) -> Term:
        """The loss at the scores z and the label y."""
        w = ClassParameter("w", ("1/2", "1/2", 4))
        first, second = ClassParameter("first", (1, 0, 0)), ClassParameter("second", (0, 1, 0))
        # z_1 and z_2 are picked out by given class-vectors, as a formula has no index but the label.
        return mean(z) - z[y] + (w[y] * total(first * z) ** 2 + total(second * z) ** 2) / 2


CASE = Counterexample(
    name="tie_in_the_limit",
    title="a convex loss of tier EXACT with a tie in the limit",
    shows=(
        "clean and noisy outputs have one limit direction, (1, 1, -2), and yet their predictions differ at every "
        "lambda > 0: z_1 = a/(6 (lambda + m)) with m = 1/2 clean and 11/8 noisy, z_2 = a/(6 (lambda + 1))"
    ),
    source="Definitions 1 and 2",
    erratum="E18",
    loss=TiedUnhinged(),
    regularizer=L2(),
    classes=3,
    family=Free(),
    features=rows([1]),
    labels=rows([Fraction(1, 2), Fraction(1, 2), 0]),
    weights=equal_weights(1),
    rho=Fraction(1, 2),
    claims=(LambdaClaim(every_positive(), (1,), (2,)),),
)
