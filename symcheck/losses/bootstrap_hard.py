"""Hard bootstrapping: a part of the label is given to the most probable class."""

from typing import final

from symcheck.language.functions import amax, log, log_softmax, softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class BootstrapHard(Loss):
    """l(z, y) = -beta log p_y - (1 - beta) log max_j p_j with p = softmax(z).

    Parameters: 0 <= beta < 1, by default 4/5; beta = 1 would be the cross entropy.  For every z; l >= 0.  It has a
    kink at z = 0, where all classes tie.
    Reference: Reed et al. 2015.

    >>> print(BootstrapHard(beta="1/2").recorded)
    (-1/2)*log_softmax(z)[y] - 1/2*log(amax(softmax(z)))
    """

    beta: Scalar = Parameter("beta", at_least=0, below=1, default="4/5")

    def formula(self, z: Vec, y: Label) -> Term:
        return -self.beta * log_softmax(z)[y] - (1 - self.beta) * log(amax(softmax(z)))
