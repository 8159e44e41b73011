"""The sum of log cosh over the logits."""

from typing import final

from symcheck.language.functions import cosh, log, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class LogCosh(Regularizer):
    """g(z) = sum_i log cosh(z_i); D^2 g(0) is the identity.

    For every z; convex, with its only minimum at 0; like |z_i| far from 0.
    Reference: classical; as a potential Green 1990.

    >>> print(LogCosh().recorded)
    total(log(cosh(z)))
    """

    def formula(self, z: Vec) -> Term:
        return total(log(cosh(z)))
