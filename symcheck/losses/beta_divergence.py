"""The density power divergence of softmax, also called beta divergence."""

from typing import ClassVar, final

from symcheck.language.functions import softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class BetaDivergence(Loss):
    """l(z, y) = sum_j p_j^(1 + beta) - (1 + 1/beta) p_y^beta with p = softmax(z).

    Parameters: beta > 0, by default 1/2.  For every z; bounded.  At beta = 1 it is the Brier score less 1.
    Reference: Basu et al. 1998.

    >>> print(BetaDivergence(beta=1).recorded)
    total(softmax(z)**2) - 2*softmax(z)[y]**1
    """

    also: ClassVar[tuple[str, ...]] = ("density_power_divergence",)
    beta: Scalar = Parameter("beta", above=0, default="1/2")

    def formula(self, z: Vec, y: Label) -> Term:
        p = softmax(z)
        return total(p ** (1 + self.beta)) - (1 + 1 / self.beta) * p[y] ** self.beta
