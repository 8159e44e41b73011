"""The focal loss with class weights."""

from typing import final

from symcheck.language.classwise import ClassParameter
from symcheck.language.functions import log_softmax, softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class AlphaBalancedFocal(Loss):
    """l(z, y) = -alpha_y (1 - p_y)^gamma log p_y with p = softmax(z).

    Parameters: alpha, a class-vector of weights alpha_k > 0, by default 1, 1.1, 1.2, ...; gamma >= 0, by default 2.
    For every z; with equal weights it is alpha times the focal loss.
    Reference: Lin et al. 2017.

    >>> print(AlphaBalancedFocal(gamma=2).recorded)
    -alpha[y]*(1 - softmax(z)[y])**2*log_softmax(z)[y]
    """

    alpha = ClassParameter("alpha", above=0, default="rising")
    gamma: Scalar = Parameter("gamma", at_least=0, default=2)

    def formula(self, z: Vec, y: Label) -> Term:
        return -self.alpha[y] * (1 - softmax(z)[y]) ** self.gamma * log_softmax(z)[y]
