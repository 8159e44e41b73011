"""The sparsemax loss: the Fenchel-Young loss of the Gini entropy."""

from typing import final

from symcheck.language.functions import entmax, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class Sparsemax(Loss):
    """l(z, y) = <s, z> - z_y + (1 - |s|^2)/2 with s = sparsemax(z), the point of the simplex nearest to z.

    For every z; convex, l >= 0, and l = 0 where z_y is larger than all the others by at least 1.
    Reference: Martins, Astudillo 2016; Blondel, Martins, Niculae 2020.

    >>> print(Sparsemax().recorded)
    total(entmax(z, 2)*z) - z[y] + (1 - total(entmax(z, 2)**2))/2
    """

    def formula(self, z: Vec, y: Label) -> Term:
        s = entmax(z, 2)
        return total(s * z) - z[y] + (1 - total(s**2)) / 2
