"""The logistic loss over the pairs of the label and another class."""

from typing import final

from symcheck.language.functions import softplus, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class PairwiseLogistic(Loss):
    """l(z, y) = sum_{j != y} log(1 + exp(z_j - z_y)).

    For every z; convex.  For two classes it is the cross entropy.
    Reference: the logistic loss on pairs, as in Burges et al. 2005.

    >>> print(PairwiseLogistic().recorded)
    total(softplus(z - z[y]), but=y)
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return total(softplus(z - z[y]), but=y)
