"""The asymmetric mean square error of softmax."""

from typing import final

from symcheck.language.functions import mean, onehot, softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class AMSE(Loss):
    """l(z, y) = 1/C sum_j (p_j - a [j = y])^2 with p = softmax(z).

    Parameters: a >= 1, by default 10.  For every z; bounded.  At a = 1 it is the Brier score over C.
    Reference: Wang et al. 2025.

    >>> print(AMSE(a=10).recorded)
    mean((softmax(z) - 10*onehot(y))**2)
    """

    a: Scalar = Parameter("a", at_least=1, default=10)

    def formula(self, z: Vec, y: Label) -> Term:
        return mean((softmax(z) - self.a * onehot(y)) ** 2)
