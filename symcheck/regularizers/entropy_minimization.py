"""The entropy of softmax."""

from typing import final

from symcheck.language.functions import log_softmax, softmax, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class EntropyMinimization(Regularizer):
    """g(z) = H(p) = -sum_i p_i log p_i with p = softmax(z).

    For every z; 0 < g <= log C, with its maximum at 0: the opposite of ``entropy``.
    Reference: Grandvalet, Bengio 2004.

    >>> print(EntropyMinimization().recorded)
    -total(softmax(z)*log_softmax(z))
    """

    def formula(self, z: Vec) -> Term:
        return -total(softmax(z) * log_softmax(z))
