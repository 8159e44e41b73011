"""The binary hinge loss."""

from typing import ClassVar, final

from symcheck.language.functions import relu, total
from symcheck.language.scope import Classes
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class Hinge(Loss):
    """l(z, y) = max(0, 1 - v) with the margin v = z_y - z_j, j the other class.

    For C = 2 and every z; convex, l >= 0.
    Reference: Cortes, Vapnik 1995.

    >>> print(Hinge().recorded)
    relu(1 - (z[y] - total(z, but=y)))
    """

    classes: ClassVar[Classes] = Classes(2, 2)

    def formula(self, z: Vec, y: Label) -> Term:
        return relu(1 - (z[y] - total(z, but=y)))
