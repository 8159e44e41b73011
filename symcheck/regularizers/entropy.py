"""The negative entropy of softmax, a confidence penalty."""

from typing import ClassVar, final

from symcheck.language.functions import log_softmax, softmax, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class Entropy(Regularizer):
    """g(z) = -H(p) = sum_i p_i log p_i with p = softmax(z).

    For every z; -log C <= g < 0.  It does not change under z -> z + t (1, ..., 1), so 0 is its only minimum up
    to such shifts; D^2 g(0) is 1/C times the projection on the complement of (1, ..., 1).
    Reference: Pereyra et al. 2017.

    >>> print(Entropy().recorded)
    total(softmax(z)*log_softmax(z))
    """

    also: ClassVar[tuple[str, ...]] = ("negative_entropy", "confidence_penalty")

    def formula(self, z: Vec) -> Term:
        return total(softmax(z) * log_softmax(z))
