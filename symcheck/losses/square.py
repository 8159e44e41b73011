"""The square loss on one-hot labels."""

from typing import final

from symcheck.language.functions import onehot, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class Square(Loss):
    """l(z, y) = 1/2 ||z - e_y||^2.

    For every z; convex.  It is MUH + 1/2 ||z||^2 - mean(z) + 1/2: the term -mean(z) tells it from
    ``square_centred``.
    Reference: classical; as a classifier Rifkin, Klautau 2004.

    >>> print(Square().recorded)
    total((z - onehot(y))**2)/2
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return total((z - onehot(y)) ** 2) / 2
