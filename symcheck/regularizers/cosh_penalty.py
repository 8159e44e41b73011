"""The sum of cosh - 1 over the logits."""

from typing import final

from symcheck.language.functions import cosh, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class CoshPenalty(Regularizer):
    """g(z) = sum_i (cosh(z_i) - 1); D^2 g(0) is the identity.

    For every z; convex, with its only minimum at 0.
    Reference: the even part of the linear-exponential loss of Varian 1975.

    >>> print(CoshPenalty().recorded)
    total(cosh(z) - 1)
    """

    def formula(self, z: Vec) -> Term:
        return total(cosh(z) - 1)
