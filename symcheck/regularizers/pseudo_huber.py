"""The sum of the pseudo-Huber function over the logits."""

from typing import final

from symcheck.language.functions import sqrt, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class PseudoHuber(Regularizer):
    """g(z) = sum_i delta^2 (sqrt(1 + (z_i/delta)^2) - 1).

    Parameters: delta > 0, by default 1.  For every z; convex and analytic, with its only minimum at 0, where D^2 g is
    the identity; like delta |z_i| far from 0.
    Reference: Charbonnier et al. 1997.

    >>> print(PseudoHuber(delta=1).recorded)
    total(1**2*(sqrt(1 + (z/1)**2) - 1))
    """

    delta: Scalar = Parameter("delta", above=0, default=1)

    def formula(self, z: Vec) -> Term:
        return total(self.delta**2 * (sqrt(1 + (z / self.delta) ** 2) - 1))
