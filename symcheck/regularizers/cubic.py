"""The sum of the absolute values of the logits cubed."""

from typing import final

from symcheck.language.functions import abs, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class Cubic(Regularizer):
    """g(z) = sum_i |z_i|^3.

    For every z; convex, twice continuously differentiable, homogeneous of degree 3, with its only minimum at 0, where
    D^2 g is 0.
    Reference: bridge penalties, Frank, Friedman 1993.

    >>> print(Cubic().recorded)
    total(abs(z)**3)
    """

    def formula(self, z: Vec) -> Term:
        return total(abs(z) ** 3)
