"""The squared hinge loss of the margin, for two classes."""

from typing import ClassVar, final

from symcheck.language.functions import relu, total
from symcheck.language.scope import Classes
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class SquaredHinge(Loss):
    """l(z, y) = max(0, 1 - v)^2 with the margin v = z_y - z_j, j the other class.

    For C = 2 and every z; convex.
    Reference: Cortes, Vapnik 1995.

    >>> print(SquaredHinge().recorded)
    relu(1 - (z[y] - total(z, but=y)))**2
    """

    classes: ClassVar[Classes] = Classes(2, 2)

    def formula(self, z: Vec, y: Label) -> Term:
        v = z[y] - total(z, but=y)
        return relu(1 - v) ** 2
