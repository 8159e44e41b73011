"""The z-loss."""

from typing import final

from symcheck.language.functions import logsumexp
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class ZLoss(Regularizer):
    """g(z) = (log sum_i exp(z_i))^2.

    For every z; g >= 0.  0 is no minimum: the gradient there is 2 log(C)/C (1, ..., 1).  It vanishes wherever sum_i
    exp(z_i) = 1, so it does not hold the logits near 0.
    Reference: Chowdhery et al. 2022.

    >>> print(ZLoss().recorded)
    logsumexp(z)**2
    """

    def formula(self, z: Vec) -> Term:
        return logsumexp(z) ** 2
