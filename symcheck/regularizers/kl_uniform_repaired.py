"""Label smoothing as a penalty, with a term that also holds the mean of the logits at 0."""

from typing import final

from symcheck.language.functions import log, logsumexp, mean
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class KLUniformRepaired(Regularizer):
    """g(z) = KL(u||p) + 1/2 mean(z)^2 with p = softmax(z) and u uniform; D^2 g(0) is 1/C times the identity.

    For every z; convex, with its only minimum at 0.  The second term repairs ``label_smoothing_penalty`` for losses
    that change under z -> z + t (1, ..., 1).
    Reference: the penalty of Pereyra et al. 2017 and mean(z)^2/2.

    >>> print(KLUniformRepaired().recorded)
    logsumexp(z) - mean(z) - log(C) + mean(z)**2/2
    """

    def formula(self, z: Vec) -> Term:
        return logsumexp(z) - mean(z) - log(z.C) + mean(z) ** 2 / 2
