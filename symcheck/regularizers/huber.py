"""The sum of Huber's function over the logits."""

from typing import final

from symcheck.language.functions import clamp, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class Huber(Regularizer):
    """g(z) = sum_i h(z_i), h(x) = x^2/2 where |x| <= delta and delta (|x| - delta/2) elsewhere.

    Parameters: delta > 0, by default 1.  For every z; convex, with its only minimum at 0, where D^2 g is the identity.
    Written with c = min(max(x, -delta), delta), of which h(x) = c (x - c/2).
    Reference: Huber 1964.

    >>> print(Huber(delta=1).recorded)
    total(minimum(maximum(z, -1), 1)*(z - minimum(maximum(z, -1), 1)/2))
    """

    delta: Scalar = Parameter("delta", above=0, default=1)

    def formula(self, z: Vec) -> Term:
        near = clamp(z, -self.delta, self.delta)
        return total(near * (z - near / 2))
