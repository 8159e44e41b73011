"""The label-distributionally robust loss with a KL divergence."""

from typing import final

from symcheck.language.functions import log, logsumexp
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class LDRKL(Loss):
    """l(z, y) = lambda_ log((1/C) sum_j exp((z_j - z_y)/lambda_)), j = y included.

    Parameters: lambda_ > 0, by default 1.  For every z; convex.  It is lambda_ times ``temperature_ce`` with tau =
    lambda_, less lambda_ log C.
    Reference: Zhu, Ying, Yang 2023.

    >>> print(LDRKL(lambda_=2).recorded)
    2*(logsumexp((z - z[y])/2) - log(C))
    """

    lambda_: Scalar = Parameter("lambda_", above=0, default=1)

    def formula(self, z: Vec, y: Label) -> Term:
        return self.lambda_ * (logsumexp((z - z[y]) / self.lambda_) - log(z.C))
