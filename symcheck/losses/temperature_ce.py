"""Cross entropy of softmax at another temperature."""

from typing import final

from symcheck.language.functions import log_softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class TemperatureCE(Loss):
    """l(z, y) = -log q_y with q = softmax(z/tau).

    Parameters: tau > 0, by default 1/2.  For every z; convex.  At tau = 1 it is the cross entropy.
    Reference: Hinton, Vinyals, Dean 2015.

    >>> print(TemperatureCE(tau=2).recorded)
    -log_softmax(z/2)[y]
    """

    tau: Scalar = Parameter("tau", above=0, default="1/2")

    def formula(self, z: Vec, y: Label) -> Term:
        return -log_softmax(z / self.tau)[y]
