"""The symmetric divergence of softmax and the uniform distribution."""

from typing import ClassVar, final

from symcheck.language.functions import log_softmax, softmax, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class SymmetricKL(Regularizer):
    """g(z) = KL(p||u) + KL(u||p) = sum_i (p_i - 1/C) log p_i with p = softmax(z) and u uniform.

    For every z; g >= 0.  It does not change under z -> z + t (1, ..., 1); D^2 g(0) is 2/C times the projection on the
    complement of (1, ..., 1).
    Reference: Jeffreys 1946.

    >>> print(SymmetricKL().recorded)
    total((softmax(z) - 1/C)*log_softmax(z))
    """

    also: ClassVar[tuple[str, ...]] = ("jeffreys",)

    def formula(self, z: Vec) -> Term:
        return total((softmax(z) - 1 / z.C) * log_softmax(z))
