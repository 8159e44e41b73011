"""The sum of the powers of softmax with an exponent below 1, a penalty that asks for sparse outputs."""

from typing import final

from symcheck.language.functions import softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class PowerOfP(Regularizer):
    """g(z) = sum_i p_i^power with p = softmax(z).

    Parameters: 0 < power < 1, by default 1/10.  For every z; 1 < g <= C^(1 - power), with its maximum at 0.
    Reference: Zhou et al. 2021.

    >>> print(PowerOfP(power="1/2").recorded)
    total(softmax(z)**(1/2))
    """

    power: Scalar = Parameter("power", above=0, below=1, default="1/10")

    def formula(self, z: Vec) -> Term:
        return total(softmax(z) ** self.power)
