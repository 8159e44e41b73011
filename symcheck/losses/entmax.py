"""The entmax loss: the Fenchel-Young loss of a Tsallis entropy."""

from typing import final

from symcheck.language.functions import entmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class Entmax(Loss):
    """l(z, y) = <s, z> - z_y + sum_k (s_k - s_k^alpha)/(alpha (alpha - 1)) with s = entmax(z, alpha).

    Parameters: alpha > 1, by default 3/2.  For every z; convex, l >= 0.  At alpha = 2 it is the sparsemax loss, and for
    alpha -> 1 it tends to the cross entropy.
    Reference: Peters, Niculae, Martins 2019; Blondel, Martins, Niculae 2020.

    >>> print(Entmax(alpha=3).recorded)
    total(entmax(z, 3)*z) - z[y] + total(entmax(z, 3) - entmax(z, 3)**3)/6
    """

    alpha: Scalar = Parameter("alpha", above=1, default="3/2")

    def formula(self, z: Vec, y: Label) -> Term:
        s, alpha = entmax(z, self.alpha), self.alpha
        return total(s * z) - z[y] + total(s - s**alpha) / (alpha * (alpha - 1))
