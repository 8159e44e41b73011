"""The sum of the fourth powers of the logits."""

from typing import final

from symcheck.language.functions import total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class Quartic(Regularizer):
    """g(z) = sum_i z_i^4; D^2 g(0) = 0 although 0 is the only minimum.

    For every z; convex and homogeneous of degree 4.
    Reference: fourth power; the case that Lemma 4 of Shoham, Avidor, Israel 2021 leaves out.

    >>> print(Quartic().recorded)
    total(z**4)
    """

    def formula(self, z: Vec) -> Term:
        return total(z**4)
