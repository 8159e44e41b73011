"""The multiclass hinge loss of Lee, Lin and Wahba."""

from typing import final

from symcheck.language.functions import relu, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class LeeLinWahba(Loss):
    """l(z, y) = sum_{j != y} max(0, 1/(C - 1) + z_j).

    For every z; convex, l >= 0.  The paper adds the constraint sum_j z_j = 0, which takes the part of the gradient
    along (1, ..., 1) away.
    Reference: Lee, Lin, Wahba 2004.

    >>> print(LeeLinWahba().recorded)
    total(relu(1/(C - 1) + z), but=y)
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return total(relu(1 / (z.C - 1) + z), but=y)
