"""The loss of the perceptron."""

from typing import ClassVar, final

from symcheck.language.functions import relu, total
from symcheck.language.scope import Classes
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class Perceptron(Loss):
    """l(z, y) = max(0, -v) with the margin v = z_y - z_j, j the other class.

    For C = 2 and every z; convex, positively homogeneous of degree 1, l >= 0.  It has a kink at z = 0.
    Reference: Rosenblatt 1958.

    >>> print(Perceptron().recorded)
    relu(-(z[y] - total(z, but=y)))
    """

    classes: ClassVar[Classes] = Classes(2, 2)

    def formula(self, z: Vec, y: Label) -> Term:
        return relu(-(z[y] - total(z, but=y)))
