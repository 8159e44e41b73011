"""The negative Tsallis entropy of softmax, a confidence penalty."""

from typing import final

from symcheck.language.functions import softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class Tsallis(Regularizer):
    """g(z) = (sum_i p_i^power - 1)/(power - 1) with p = softmax(z).

    Parameters: power > 1, by default 2, where it is sum_i p_i^2 - 1.  For every z; -1/(power - 1) < g < 0.  It does not
    change under z -> z + t (1, ..., 1); D^2 g(0) is power C^(-power) times the projection on the complement of
    (1, ..., 1).  For power -> 1 it tends to the negative entropy.
    Reference: Tsallis 1988.

    >>> print(Tsallis(power=3).recorded)
    (total(softmax(z)**3) - 1)/2
    """

    power: Scalar = Parameter("power", above=1, default=2)

    def formula(self, z: Vec) -> Term:
        return (total(softmax(z) ** self.power) - 1) / (self.power - 1)
