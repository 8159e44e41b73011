"""An active and a passive loss: the normalised focal loss and reverse cross entropy."""

from typing import final

from symcheck.language.functions import log_softmax, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class NFLRCE(Loss):
    """l(z, y) = alpha F_y / sum_j F_j - beta A (1 - p_y) with F_j = -(1 - p_j)^gamma log p_j and p = softmax(z).

    Parameters: alpha > 0 and beta >= 0, by default 1 and 1; gamma >= 0, by default 1/2; A < 0, which stands for log
    0, by default -9.2103, which is log 0.0001 rounded; alpha = 0 is left out: it leaves ``reverse_cross_entropy``.
    For every z; bounded, and sum_y l(z, y) is constant.
    Reference: Ma et al. 2020.

    >>> print(NFLRCE(alpha=2, beta=3, gamma=1, A=-4).recorded)
    2*((1 - softmax(z)[y])**1*log_softmax(z)[y]/total((1 - softmax(z))**1*log_softmax(z))) - -12*(1 - softmax(z)[y])
    """

    alpha: Scalar = Parameter("alpha", above=0, default=1)
    beta: Scalar = Parameter("beta", at_least=0, default=1)
    gamma: Scalar = Parameter("gamma", at_least=0, default="1/2")
    A: Scalar = Parameter("A", below=0, default="-9.2103")

    def formula(self, z: Vec, y: Label) -> Term:
        p, log_p, gamma = softmax(z), log_softmax(z), self.gamma
        nfl = (1 - p[y]) ** gamma * log_p[y] / total((1 - p) ** gamma * log_p)
        return self.alpha * nfl - self.beta * self.A * (1 - p[y])
