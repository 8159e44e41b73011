"""Normalised cross entropy."""

from typing import final

from symcheck.language.functions import log_softmax, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class NCE(Loss):
    """l(z, y) = log p_y / sum_j log p_j with p = softmax(z).

    For every z: the sum is below 0.  0 < l < 1, and sum_y l(z, y) = 1.
    Reference: Ma et al. 2020.

    >>> print(NCE().recorded)
    log_softmax(z)[y]/total(log_softmax(z))
    """

    def formula(self, z: Vec, y: Label) -> Term:
        log_p = log_softmax(z)
        return log_p[y] / total(log_p)
