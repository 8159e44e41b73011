"""The normalised focal loss."""

from typing import final

from symcheck.language.functions import log_softmax, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class NFL(Loss):
    """l(z, y) = F_y / sum_j F_j with F_j = -(1 - p_j)^gamma log p_j and p = softmax(z).

    Parameters: gamma >= 0, by default 1/2.  For every z: the sum is above 0.  0 < l < 1, and sum_y l(z, y) = 1.  At
    gamma = 0 it is ``nce``.  Public code takes (1 - p_j)^gamma as constants in the gradient, which is another field
    (``nfl_detached``).
    Reference: Ma et al. 2020.

    >>> print(NFL(gamma=0).recorded)
    (1 - softmax(z)[y])**0*log_softmax(z)[y]/total((1 - softmax(z))**0*log_softmax(z))
    """

    gamma: Scalar = Parameter("gamma", at_least=0, default="1/2")

    def formula(self, z: Vec, y: Label) -> Term:
        p, log_p, gamma = softmax(z), log_softmax(z), self.gamma
        return (1 - p[y]) ** gamma * log_p[y] / total((1 - p) ** gamma * log_p)
