"""A binary hinge loss for each class against the rest."""

from typing import final

from symcheck.language.functions import relu, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class OneVsAllHinge(Loss):
    """l(z, y) = max(0, 1 - z_y) + sum_{j != y} max(0, 1 + z_j).

    For every z; convex, l >= 0.
    Reference: Rifkin, Klautau 2004.

    >>> print(OneVsAllHinge().recorded)
    relu(1 - z[y]) + total(relu(1 + z), but=y)
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return relu(1 - z[y]) + total(relu(1 + z), but=y)
