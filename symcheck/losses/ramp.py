"""The ramp loss: a hinge loss that is cut off."""

from typing import ClassVar, final

from symcheck.language.functions import clamp, total
from symcheck.language.scope import Classes
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class Ramp(Loss):
    """l(z, y) = min(max(0, 1 - v), 2) / 2 with the margin v = z_y - z_j, j the other class.

    For C = 2 and every z; 0 <= l <= 1, and symmetric: l(z, 1) + l(z, 2) = 1.
    Reference: Collobert et al. 2006.

    >>> print(Ramp().recorded)
    minimum(maximum(1 - (z[y] - total(z, but=y)), 0), 2)/2
    """

    classes: ClassVar[Classes] = Classes(2, 2)

    def formula(self, z: Vec, y: Label) -> Term:
        return clamp(1 - (z[y] - total(z, but=y)), 0, 2) / 2
