"""The sum of log(1 + e^z) over the logits."""

from typing import final

from symcheck.language.functions import softplus, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class SoftplusSum(Regularizer):
    """g(z) = sum_i log(1 + exp(z_i)).

    For every z; convex, and without a minimum: the gradient at 0 is 1/2 (1, ..., 1).
    Reference: Dugas et al. 2001.

    >>> print(SoftplusSum().recorded)
    total(softplus(z))
    """

    def formula(self, z: Vec) -> Term:
        return total(softplus(z))
