"""The focal loss as common code has it: with a weight that has no derivative."""

from typing import final

from symcheck.language.functions import detach, log_softmax, softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class FocalDetached(Loss):
    """l(z, y) = -(1 - sg[p_y])^gamma log p_y with p = softmax(z), where sg stops the gradient.

    Parameters: gamma >= 0, by default 1/2.  For every z.  Its value is that of ``focal``; what autograd returns is
    (1 - p_y)^gamma times the gradient of the cross entropy, which is the gradient of no function.  At gamma = 0 it is
    the cross entropy.
    Reference: Lin et al. 2017, as implemented by Ma et al. 2020.

    >>> print(FocalDetached(gamma=2).recorded)
    -(1 - detach(softmax(z)[y]))**2*log_softmax(z)[y]
    """

    gamma: Scalar = Parameter("gamma", at_least=0, default="1/2")

    def formula(self, z: Vec, y: Label) -> Term:
        return -((1 - detach(softmax(z)[y])) ** self.gamma) * log_softmax(z)[y]
