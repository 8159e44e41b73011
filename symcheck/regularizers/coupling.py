"""The squared sum of the logits."""

from typing import final

from symcheck.language.functions import total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class Coupling(Regularizer):
    """g(z) = (sum_i z_i)^2/C, the quadratic form of 11'/C.

    For every z; D^2 g(0) = 2/C 11' is singular: g vanishes on the complement of (1, ..., 1).
    Reference: Shoham, Avidor, Israel 2021, Theorem 1, which needs a positive definite matrix.

    >>> print(Coupling().recorded)
    total(z)**2/C
    """

    def formula(self, z: Vec) -> Term:
        return total(z) ** 2 / z.C
