"""Squentropy: cross entropy and the mean square of the other logits."""

from typing import final

from symcheck.language.functions import logsumexp, mean
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class Squentropy(Loss):
    """l(z, y) = -log p_y + 1/(C - 1) sum_{j != y} z_j^2 with p = softmax(z).

    For every z; convex.  The squares have no gradient at 0, so that of the cross entropy is left.
    Reference: Hui, Belkin, Wright 2023.

    >>> print(Squentropy().recorded)
    logsumexp(z) - z[y] + mean(z**2, but=y)
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return logsumexp(z) - z[y] + mean(z**2, but=y)
