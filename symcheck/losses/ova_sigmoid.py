"""The sigmoid loss, one against the rest."""

from typing import final

from symcheck.language.functions import sigmoid, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class OVASigmoid(Loss):
    """l(z, y) = 1/(1 + exp(z_y)) + sum_{j != y} 1/(1 + exp(-z_j)).

    For every z; 0 < l < C.  z -> z + t (1, ..., 1) changes it.
    Reference: the sigmoid loss of Ghosh, Manwani, Sastry 2015 on one class against the rest.

    >>> print(OVASigmoid().recorded)
    sigmoid(-z[y]) + total(sigmoid(z), but=y)
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return sigmoid(-z[y]) + total(sigmoid(z), but=y)
