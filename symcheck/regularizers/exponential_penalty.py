"""The linear-exponential penalty of the logits."""

from typing import ClassVar, final

from symcheck.language.functions import exp, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class ExponentialPenalty(Regularizer):
    """g(z) = sum_i (exp(z_i) - z_i - 1); D^2 g(0) is the identity, and the third derivatives at 0 are not 0.

    For every z; convex, with its only minimum at 0.
    Reference: Varian 1975.

    >>> print(ExponentialPenalty().recorded)
    total(exp(z) - z - 1)
    """

    also: ClassVar[tuple[str, ...]] = ("linex",)

    def formula(self, z: Vec) -> Term:
        return total(exp(z) - z - 1)
