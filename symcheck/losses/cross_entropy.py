"""The cross entropy of softmax."""

from typing import final

from symcheck.language.functions import logsumexp
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class CrossEntropy(Loss):
    """l(z, y) = -log p_y = log sum_i exp(z_i) - z_y with p = softmax(z).

    For every z; convex.  It is MUH + KL(u||p) + log C with u the uniform distribution.
    Reference: classical; the logarithmic score of Good 1952.

    >>> print(CrossEntropy().recorded)
    logsumexp(z) - z[y]
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return logsumexp(z) - z[y]
