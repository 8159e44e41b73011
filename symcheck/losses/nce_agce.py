"""Normalised cross entropy and asymmetric generalised cross entropy."""

from typing import final

from symcheck.language.functions import log_softmax, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class NCEAGCE(Loss):
    """l(z, y) = alpha log p_y / sum_j log p_j + beta ((a + 1)^q - (a + p_y)^q) / q with p = softmax(z).

    Parameters: alpha > 0 and beta >= 0, by default 1 and 1; a > 0, by default 6; q > 0, by default 3/2; alpha = 0 is
    left out: it leaves ``agce``.  For every z; bounded.
    Reference: Zhou et al. 2021.

    >>> print(NCEAGCE(alpha=1, beta=1, a=6, q=1).recorded)
    1*log_softmax(z)[y]/total(log_softmax(z)) + 1*(7**1 - (6 + softmax(z)[y])**1)/1
    """

    alpha: Scalar = Parameter("alpha", above=0, default=1)
    beta: Scalar = Parameter("beta", at_least=0, default=1)
    a: Scalar = Parameter("a", above=0, default=6)
    q: Scalar = Parameter("q", above=0, default="3/2")

    def formula(self, z: Vec, y: Label) -> Term:
        log_p, a, q = log_softmax(z), self.a, self.q
        return self.alpha * log_p[y] / total(log_p) + self.beta * ((a + 1) ** q - (a + softmax(z)[y]) ** q) / q
