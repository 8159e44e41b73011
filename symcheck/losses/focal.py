"""The focal loss."""

from typing import final

from symcheck.language.functions import log_softmax, softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class Focal(Loss):
    """l(z, y) = -(1 - p_y)^gamma log p_y with p = softmax(z).

    Parameters: gamma >= 0, by default 2.  For every z; at gamma = 0 it is the cross entropy.
    Reference: Lin et al. 2017.

    >>> print(Focal(gamma=2).recorded)
    -(1 - softmax(z)[y])**2*log_softmax(z)[y]
    """

    gamma: Scalar = Parameter("gamma", at_least=0, default=2)

    def formula(self, z: Vec, y: Label) -> Term:
        return -((1 - softmax(z)[y]) ** self.gamma) * log_softmax(z)[y]
