"""The square loss on centred one-hot labels."""

from typing import final

from symcheck.language.functions import centred_onehot, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class SquareCentred(Loss):
    """l(z, y) = 1/2 ||z - o_y||^2 with o_y = e_y - 1/C, the paper's onehot*.

    For every z; convex.  It is MUH + 1/2 ||z||^2 + (C - 1)/(2 C), so on cones it is robust exactly, and
    not only in the limit of strong regularization.
    Reference: Shoham, Avidor, Israel 2021, Corollary 1; for two classes Manwani, Sastry 2013.

    >>> print(SquareCentred().recorded)
    total((z - (onehot(y) - 1/C))**2)/2
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return total((z - centred_onehot(y)) ** 2) / 2
