"""Half the squared norm of the centred logits."""

from typing import final

from symcheck.language.functions import mean, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class LogitVariance(Regularizer):
    """g(z) = 1/2 ||z - mean(z) (1, ..., 1)||^2; D^2 g(0) is the projection on the complement of (1, ..., 1).

    For every z; convex and homogeneous of degree 2.  It does not change under z -> z + t (1, ..., 1), so 0 is its
    only minimum up to such shifts.
    Reference: Shoham, Avidor, Israel 2021, Theorem 1 on the complement of (1, ..., 1).

    >>> print(LogitVariance().recorded)
    total((z - mean(z))**2)/2
    """

    def formula(self, z: Vec) -> Term:
        return total((z - mean(z)) ** 2) / 2
