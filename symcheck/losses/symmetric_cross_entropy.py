"""Symmetric cross entropy: cross entropy and reverse cross entropy together."""

from typing import final

from symcheck.language.functions import log_softmax, softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class SymmetricCrossEntropy(Loss):
    """l(z, y) = -alpha log p_y - beta A (1 - p_y) with p = softmax(z); A stands for log 0.

    Parameters: alpha > 0, by default 1/10; beta >= 0, by default 1; A < 0, by default -9.2103, which is
    log 0.0001 rounded.  For every z.  With alpha = 1 and beta A = -lambda it is ``sce``.
    Reference: Wang et al. 2019.

    >>> print(SymmetricCrossEntropy(alpha=1, beta=1, A=-4).recorded)
    -1*log_softmax(z)[y] - -4*(1 - softmax(z)[y])
    """

    alpha: Scalar = Parameter("alpha", above=0, default="1/10")
    beta: Scalar = Parameter("beta", at_least=0, default=1)
    A: Scalar = Parameter("A", below=0, default="-9.2103")

    def formula(self, z: Vec, y: Label) -> Term:
        log_p, p = log_softmax(z)[y], softmax(z)[y]
        return -self.alpha * log_p - self.beta * self.A * (1 - p)
