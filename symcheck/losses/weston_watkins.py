"""The multiclass hinge loss of Weston and Watkins."""

from typing import final

from symcheck.language.functions import relu, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class WestonWatkins(Loss):
    """l(z, y) = sum_{j != y} max(0, m - z_y + z_j).

    Parameters: m > 0, by default 1.  For every z; convex, l >= 0.  Where all |z_j| < m/2 it is C MUH + (C - 1) m.
    Reference: Weston, Watkins 1999.

    >>> print(WestonWatkins(m=1).recorded)
    total(relu(1 - z[y] + z), but=y)
    """

    m: Scalar = Parameter("m", above=0, default=1)

    def formula(self, z: Vec, y: Label) -> Term:
        return total(relu(self.m - z[y] + z), but=y)
