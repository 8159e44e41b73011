"""The chi-squared divergence of softmax from the uniform distribution."""

from typing import final

from symcheck.language.functions import softmax, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class ChiSquared(Regularizer):
    """g(z) = chi^2(p||u) = C sum_i p_i^2 - 1 with p = softmax(z) and u uniform.

    For every z; 0 <= g < C - 1.  It does not change under z -> z + t (1, ..., 1); D^2 g(0) is 2/C times the
    projection on the complement of (1, ..., 1).
    Reference: Pearson 1900.

    >>> print(ChiSquared().recorded)
    C*total(softmax(z)**2) - 1
    """

    def formula(self, z: Vec) -> Term:
        return z.C * total(softmax(z) ** 2) - 1
