"""The sigmoid loss over the pairs of the label and another class."""

from typing import final

from symcheck.language.functions import sigmoid, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class PairwiseSigmoid(Loss):
    """l(z, y) = sum_{j != y} 1/(1 + exp(z_y - z_j)).

    For every z; 0 < l < C - 1, and sum_y l(z, y) is constant.
    Reference: the sigmoid loss of Ghosh, Manwani, Sastry 2015 on pairs of classes.

    >>> print(PairwiseSigmoid().recorded)
    total(sigmoid(z - z[y]), but=y)
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return total(sigmoid(z - z[y]), but=y)
