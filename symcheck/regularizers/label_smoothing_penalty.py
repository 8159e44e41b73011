"""The divergence of softmax from the uniform distribution: label smoothing as a penalty."""

from typing import final

from symcheck.language.functions import log, logsumexp, mean
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class LabelSmoothingPenalty(Regularizer):
    """g(z) = KL(u||p) = log sum_i exp(z_i) - mean(z) - log C with p = softmax(z) and u uniform.

    For every z; convex, g >= 0.  It does not change under z -> z + t (1, ..., 1); D^2 g(0) is 1/C times the
    projection on the complement of (1, ..., 1).
    Reference: Szegedy et al. 2016; as a penalty Pereyra et al. 2017.

    >>> print(LabelSmoothingPenalty().recorded)
    logsumexp(z) - mean(z) - log(C)
    """

    def formula(self, z: Vec) -> Term:
        return logsumexp(z) - mean(z) - log(z.C)
