"""The multiclass hinge loss of Crammer and Singer."""

from typing import final

from symcheck.language.functions import amax, relu
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class CrammerSinger(Loss):
    """l(z, y) = max(0, 1 - z_y + max_{j != y} z_j).

    For every z; convex, l >= 0.  For C >= 3 it has a kink at z = 0, where the other classes tie; for C = 2 it is the
    binary hinge loss.
    Reference: Crammer, Singer 2001.

    >>> print(CrammerSinger().recorded)
    relu(1 - z[y] + amax(z, but=y))
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return relu(1 - z[y] + amax(z, but=y))
