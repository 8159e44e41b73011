"""Cross entropy with the z-loss."""

from typing import final

from symcheck.language.functions import logsumexp
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class ZLossCE(Loss):
    """l(z, y) = -log p_y + zeta (log sum_i exp(z_i))^2 with p = softmax(z).

    Parameters: zeta > 0, by default 1/10000.  For every z.  z -> z + t (1, ..., 1) changes it, and the mean of its
    gradient over the classes at 0 is 2 zeta log(C)/C.
    Reference: Chowdhery et al. 2022.

    >>> print(ZLossCE(zeta="1/10000").recorded)
    logsumexp(z) - z[y] + 1/10000*logsumexp(z)**2
    """

    zeta: Scalar = Parameter("zeta", above=0, default="1/10000")

    def formula(self, z: Vec, y: Label) -> Term:
        return logsumexp(z) - z[y] + self.zeta * logsumexp(z) ** 2
