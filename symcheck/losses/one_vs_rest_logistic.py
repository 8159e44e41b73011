"""One-vs-rest logistic regression, also called binary cross entropy."""

from typing import final

from symcheck.language.functions import softplus, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class OneVsRestLogistic(Loss):
    """l(z, y) = log(1 + e^(-z_y)) + sum_{j != y} log(1 + e^(z_j)), summed over the classes and not averaged.

    For every z; convex; z -> z + t (1, ..., 1) changes it.  Written as sum_j log(1 + e^(z_j)) - z_y, which
    is the same because log(1 + e^(-x)) = log(1 + e^x) - x.
    Reference: classical; as one-vs-all Rifkin, Klautau 2004.

    >>> print(OneVsRestLogistic().recorded)
    total(softplus(z)) - z[y]
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return total(softplus(z)) - z[y]
