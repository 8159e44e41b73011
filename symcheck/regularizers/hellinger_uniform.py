"""The squared Hellinger distance of softmax from the uniform distribution."""

from typing import final

from symcheck.language.functions import softmax, sqrt, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class HellingerUniform(Regularizer):
    """g(z) = 1 - sum_i sqrt(p_i/C) with p = softmax(z).

    For every z; 0 <= g < 1.  It does not change under z -> z + t (1, ..., 1); D^2 g(0) is 1/(4 C) times the
    projection on the complement of (1, ..., 1).
    Reference: Hellinger 1909.

    >>> print(HellingerUniform().recorded)
    1 - total(sqrt(softmax(z)/C))
    """

    def formula(self, z: Vec) -> Term:
        return 1 - total(sqrt(softmax(z) / z.C))
