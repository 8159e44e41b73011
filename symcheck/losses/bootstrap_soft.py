"""Soft bootstrapping: a part of the label is the prediction itself."""

from typing import final

from symcheck.language.functions import log_softmax, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class BootstrapSoft(Loss):
    """l(z, y) = -sum_j (beta [j = y] + (1 - beta) p_j) log p_j with p = softmax(z).

    Parameters: 0 < beta <= 1, by default 19/20.  For every z; at beta = 1 it is the cross entropy.
    Reference: Reed et al. 2015.

    >>> print(BootstrapSoft(beta="19/20").recorded)
    (-19/20)*log_softmax(z)[y] - 1/20*total(softmax(z)*log_softmax(z))
    """

    beta: Scalar = Parameter("beta", above=0, at_most=1, default="19/20")

    def formula(self, z: Vec, y: Label) -> Term:
        log_p = log_softmax(z)
        return -self.beta * log_p[y] - (1 - self.beta) * total(softmax(z) * log_p)
