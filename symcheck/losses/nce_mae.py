"""An active and a passive loss: normalised cross entropy and half the mean absolute error."""

from typing import final

from symcheck.language.functions import log_softmax, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class NCEMAE(Loss):
    """l(z, y) = alpha log p_y / sum_j log p_j + beta (1 - p_y) with p = softmax(z).

    Parameters: alpha > 0 and beta >= 0, by default 1 and 1; alpha = 0 is left out: it leaves half of MAE.  For every
    z; bounded, and sum_y l(z, y) is constant.
    Reference: Ma et al. 2020.

    >>> print(NCEMAE(alpha=2, beta=3).recorded)
    2*log_softmax(z)[y]/total(log_softmax(z)) + 3*(1 - softmax(z)[y])
    """

    alpha: Scalar = Parameter("alpha", above=0, default=1)
    beta: Scalar = Parameter("beta", at_least=0, default=1)

    def formula(self, z: Vec, y: Label) -> Term:
        log_p = log_softmax(z)
        return self.alpha * log_p[y] / total(log_p) + self.beta * (1 - softmax(z)[y])
