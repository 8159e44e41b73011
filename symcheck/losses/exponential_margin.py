"""The exponential loss of the margin, for two classes."""

from typing import ClassVar, final

from symcheck.language.functions import exp, total
from symcheck.language.scope import Classes
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class ExponentialMargin(Loss):
    """l(z, y) = exp(-v) with the margin v = z_y - z_j, j the other class.

    For C = 2 and every z; convex.  It is ``adaboost_mr``.
    Reference: Freund, Schapire 1997.

    >>> print(ExponentialMargin().recorded)
    exp(-(z[y] - total(z, but=y)))
    """

    classes: ClassVar[Classes] = Classes(2, 2)

    def formula(self, z: Vec, y: Label) -> Term:
        v = z[y] - total(z, but=y)
        return exp(-v)
