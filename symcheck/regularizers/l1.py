"""The sum of the absolute values of the logits."""

from typing import final

from symcheck.language.functions import abs, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class L1(Regularizer):
    """g(z) = ||z||_1.

    For every z; convex, homogeneous of degree 1, with its only minimum at 0, where it has a kink.
    Reference: Tibshirani 1996.

    >>> print(L1().recorded)
    total(abs(z))
    """

    def formula(self, z: Vec) -> Term:
        return total(abs(z))
