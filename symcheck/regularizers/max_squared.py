"""The square of the largest absolute value of the logits."""

from typing import final

from symcheck.language.functions import abs, amax
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class MaxSquared(Regularizer):
    """g(z) = max_i |z_i|^2.

    For every z; convex, homogeneous of degree 2, with its only minimum at 0.  Its gradient at 0 is 0, and it has no
    Hessian there.
    Reference: classical; sup-norm penalties, Turlach, Venables, Wright 2005.

    >>> print(MaxSquared().recorded)
    amax(abs(z))**2
    """

    def formula(self, z: Vec) -> Term:
        return amax(abs(z)) ** 2
