"""Half the sum of the squares and a multiple of the absolute values."""

from typing import final

from symcheck.language.functions import abs, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class ElasticNet(Regularizer):
    """g(z) = 1/2 ||z||_2^2 + weight ||z||_1.

    Parameters: weight > 0, by default 1/10.  For every z; convex, with its only minimum at 0, where it has a kink.
    Reference: Zou, Hastie 2005.

    >>> print(ElasticNet(weight=1).recorded)
    total(z**2)/2 + 1*total(abs(z))
    """

    weight: Scalar = Parameter("weight", above=0, default="1/10")

    def formula(self, z: Vec) -> Term:
        return total(z**2) / 2 + self.weight * total(abs(z))
