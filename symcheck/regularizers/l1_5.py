"""The sum of the absolute values of the logits to the power 3/2."""

from fractions import Fraction
from typing import final

from symcheck.language.functions import abs, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class L15(Regularizer):
    """g(z) = sum_i |z_i|^(3/2).

    For every z; convex, homogeneous of degree 3/2, with its only minimum at 0.  Its gradient at 0 is 0, and it has no
    Hessian there.
    Reference: bridge penalties, Frank, Friedman 1993.

    >>> print(L15().recorded)
    total(abs(z)**(3/2))
    """

    def formula(self, z: Vec) -> Term:
        return total(abs(z) ** Fraction(3, 2))
