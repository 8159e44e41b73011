"""Cross entropy with smoothed labels."""

from typing import final

from symcheck.language.functions import log_softmax, mean
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class LabelSmoothing(Loss):
    """l(z, y) = -(1 - r) log p_y - (r/C) sum_k log p_k with p = softmax(z).

    Parameters: r in [0, 1), by default 1/10.  For every z; convex.  It is (1 - r) MUH + KL(u||p) + log C.
    Reference: Szegedy et al. 2016.

    >>> print(LabelSmoothing(r="1/10").recorded)
    (-9/10)*log_softmax(z)[y] - 1/10*mean(log_softmax(z))
    """

    r: Scalar = Parameter("r", at_least=0, below=1, default="1/10")

    def formula(self, z: Vec, y: Label) -> Term:
        log_p = log_softmax(z)
        return -(1 - self.r) * log_p[y] - self.r * mean(log_p)
