"""Cross entropy with the confidence penalty."""

from typing import final

from symcheck.language.functions import log_softmax, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class ConfidencePenalty(Loss):
    """l(z, y) = -log p_y - beta H(p) = -log p_y + beta sum_j p_j log p_j with p = softmax(z).

    Parameters: beta >= 0, by default 1/10.  For every z; at beta = 0 it is the cross entropy.  As a pair it is
    ``cross_entropy`` with the regularizer ``entropy``.
    Reference: Pereyra et al. 2017.

    >>> print(ConfidencePenalty(beta="1/10").recorded)
    1/10*total(softmax(z)*log_softmax(z)) - log_softmax(z)[y]
    """

    beta: Scalar = Parameter("beta", at_least=0, default="1/10")

    def formula(self, z: Vec, y: Label) -> Term:
        log_p = log_softmax(z)
        return self.beta * total(softmax(z) * log_p) - log_p[y]
