"""Cross entropy of the Taylor softmax."""

from typing import final

from symcheck.language.functions import log, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class TaylorSoftmaxCE(Loss):
    """l(z, y) = -log(t_y / sum_j t_j) with t_j = 1 + z_j + z_j^2/2.

    For every z: t_j >= 1/2.  z -> z + t (1, ..., 1) changes it, and yet its gradient at 0 is that of the cross
    entropy.
    Reference: de Brebisson, Vincent 2016.

    >>> print(TaylorSoftmaxCE().recorded)
    log(total(1 + z + z**2/2)) - log(1 + z[y] + z[y]**2/2)
    """

    def formula(self, z: Vec, y: Label) -> Term:
        def t(x: Term) -> Term:
            return 1 + x + x**2 / 2

        return log(total(t(z))) - log(t(z[y]))
