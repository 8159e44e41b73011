"""The generalised Jensen-Shannon divergence of softmax and the label."""

from typing import ClassVar, final

from symcheck.language.functions import log, log_softmax, onehot, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class JSDivergence(Loss):
    """l(z, y) = (H(m) - (1 - pi_1) H(p)) / Z with m = pi_1 e_y + (1 - pi_1) p and p = softmax(z).

    There H(m) = -sum_j m_j log m_j and Z = -(1 - pi_1) log(1 - pi_1).  Parameters: 0 < pi_1 < 1, by default 1/2.  For
    every z; bounded.  For pi_1 -> 0 it tends to the cross entropy and for pi_1 -> 1 to half of MAE.
    Reference: Englesson, Azizpour 2021.

    >>> JSDivergence().parameters
    (Parameter pi_1 in (0, 1), default 1/2,)
    """

    also: ClassVar[tuple[str, ...]] = ("gjs",)
    pi_1: Scalar = Parameter("pi_1", above=0, below=1, default="1/2")

    def formula(self, z: Vec, y: Label) -> Term:
        p, rest = softmax(z), 1 - self.pi_1
        m = self.pi_1 * onehot(y) + rest * p
        return (total(m * log(m)) - rest * total(p * log_softmax(z))) / (rest * log(rest))
