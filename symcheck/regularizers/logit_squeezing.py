"""The squared norm of the logits."""

from typing import final

from symcheck.language.functions import total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class LogitSqueezing(Regularizer):
    """g(z) = ||z||^2; D^2 g(0) is twice the identity.

    For every z; convex, with its only minimum at 0.  It is twice ``l2``.
    Reference: Kannan, Kurakin, Goodfellow 2018.

    >>> print(LogitSqueezing().recorded)
    total(z**2)
    """

    def formula(self, z: Vec) -> Term:
        return total(z**2)
