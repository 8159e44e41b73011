"""The logistic loss of the margin, for two classes."""

from typing import ClassVar, final

from symcheck.language.functions import softplus, total
from symcheck.language.scope import Classes
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class LogisticMargin(Loss):
    """l(z, y) = log(1 + exp(-v)) with the margin v = z_y - z_j, j the other class.

    For C = 2 and every z; convex.  It is the cross entropy.
    Reference: classical; the logistic regression of Cox 1958.

    >>> print(LogisticMargin().recorded)
    softplus(-(z[y] - total(z, but=y)))
    """

    classes: ClassVar[Classes] = Classes(2, 2)

    def formula(self, z: Vec, y: Label) -> Term:
        v = z[y] - total(z, but=y)
        return softplus(-v)
