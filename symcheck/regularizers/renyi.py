"""The negative Renyi entropy of softmax, a confidence penalty."""

from typing import final

from symcheck.language.functions import log, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class Renyi(Regularizer):
    """g(z) = log(sum_i p_i^order)/(order - 1) with p = softmax(z).

    Parameters: order > 1, by default 2, where it is log sum_i p_i^2.  For every z; -log C <= g < 0.  It does not
    change under z -> z + t (1, ..., 1); D^2 g(0) is order/C times the projection on the complement of (1, ..., 1).
    For order -> 1 it tends to the negative entropy.
    Reference: Renyi 1961.

    >>> print(Renyi(order=3).recorded)
    log(total(softmax(z)**3))/2
    """

    order: Scalar = Parameter("order", above=1, default=2)

    def formula(self, z: Vec) -> Term:
        return log(total(softmax(z) ** self.order)) / (self.order - 1)
