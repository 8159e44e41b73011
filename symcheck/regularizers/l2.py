"""Half the squared norm of the logits."""

from typing import final

from symcheck.language.functions import total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class L2(Regularizer):
    """g(z) = 1/2 ||z||^2; D^2 g(0) is the identity.

    For every z; convex, with its only minimum at 0.
    Reference: Shoham, Avidor, Israel 2021, Theorem 1 with A = 1/2; as logit squeezing Kannan, Kurakin, Goodfellow 2018.

    >>> print(L2().recorded)
    total(z**2)/2
    """

    def formula(self, z: Vec) -> Term:
        return total(z**2) / 2
