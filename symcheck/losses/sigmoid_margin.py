"""The sigmoid loss of the margin, for two classes."""

from typing import ClassVar, final

from symcheck.language.functions import sigmoid, total
from symcheck.language.scope import Classes
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class SigmoidMargin(Loss):
    """l(z, y) = 1/(1 + exp(v)) with the margin v = z_y - z_j, j the other class.

    For C = 2 and every z; 0 < l < 1, and sum_y l(z, y) = 1.  It is half of MAE.
    Reference: Ghosh, Manwani, Sastry 2015.

    >>> print(SigmoidMargin().recorded)
    sigmoid(-(z[y] - total(z, but=y)))
    """

    classes: ClassVar[Classes] = Classes(2, 2)

    def formula(self, z: Vec, y: Label) -> Term:
        v = z[y] - total(z, but=y)
        return sigmoid(-v)
