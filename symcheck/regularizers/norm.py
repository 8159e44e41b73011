"""The Euclidean norm of the logits."""

from typing import final

from symcheck.language.functions import sqrt, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class Norm(Regularizer):
    """g(z) = ||z||_2.

    For every z; convex, homogeneous of degree 1, with its only minimum at 0, where it has a kink.
    Reference: Yuan, Lin 2006.

    >>> print(Norm().recorded)
    sqrt(total(z**2))
    """

    def formula(self, z: Vec) -> Term:
        return sqrt(total(z**2))
