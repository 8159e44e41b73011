"""The margin of Carlini and Wagner, not clamped."""

from typing import final

from symcheck.language.functions import amax
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class CarliniWagner(Loss):
    """l(z, y) = max_{j != y} z_j - z_y.

    For every z; convex, positively homogeneous of degree 1 and not bounded from below.  For C >= 3 it has a kink at
    z = 0, where the other classes tie; for C = 2 it is linear.
    Reference: Carlini, Wagner 2017, without the clamp from below.

    >>> print(CarliniWagner().recorded)
    amax(z, but=y) - z[y]
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return amax(z, but=y) - z[y]
