"""The exponential loss of the margin."""

from typing import final

from symcheck.language.functions import exp
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class Exponential(Preference):
    """f = exp(-beta h).

    Parameters: beta in (0, oo), by default 1/10.  Convex, bounded below.
    Reference: Tang, Guo, Zheng, Calandriello, Munos, Rowland, Richemond, Valko, Avila Pires, Piot 2024
    (arXiv:2402.05749), where convex functions of the margin are compared.

    >>> print(Exponential(beta="1/10").recorded)
    exp(-(1/10*h))
    """

    beta: Scalar = Parameter("beta", above=0, default="1/10")

    def formula(self, h: Term) -> Term:
        return exp(-(self.beta * h))
