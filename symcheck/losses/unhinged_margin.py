"""The unhinged loss of the margin, for two classes."""

from typing import ClassVar, final

from symcheck.language.functions import total
from symcheck.language.scope import Classes
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class UnhingedMargin(Loss):
    """l(z, y) = 1 - v with the margin v = z_y - z_j, j the other class.

    For C = 2 and every z; linear, and sum_y l(z, y) = 2.  It is 2 MUH + 1.
    Reference: van Rooyen, Menon, Williamson 2015.

    >>> print(UnhingedMargin().recorded)
    1 - (z[y] - total(z, but=y))
    """

    classes: ClassVar[Classes] = Classes(2, 2)

    def formula(self, z: Vec, y: Label) -> Term:
        v = z[y] - total(z, but=y)
        return 1 - v
