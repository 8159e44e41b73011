"""The sum of the squared differences of the logits."""

from typing import final

from symcheck.language.functions import mean, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class PairwiseDifferences(Regularizer):
    """g(z) = sum_{i < j} (z_i - z_j)^2; D^2 g(0) is 2 C times the projection on the complement of (1, ..., 1).

    For every z; convex and homogeneous of degree 2.  It is 2 C times ``logit_variance``, and written as that.
    Reference: Shoham, Avidor, Israel 2021, Theorem 1 on the complement of (1, ..., 1).

    >>> print(PairwiseDifferences().recorded)
    C*total((z - mean(z))**2)
    """

    def formula(self, z: Vec) -> Term:
        return z.C * total((z - mean(z)) ** 2)
