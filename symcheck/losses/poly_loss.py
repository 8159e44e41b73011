"""PolyLoss with one term: Poly-1."""

from typing import ClassVar, final

from symcheck.language.functions import logsumexp, softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class PolyLoss(Loss):
    """l(z, y) = -log p_y + eps (1 - p_y) with p = softmax(z).

    Parameters: eps >= -1, by default 2.  For every z; at eps = 0 it is the cross entropy, and for eps >= 0 it is
    ``sce`` with lambda_ = eps.
    Reference: Leng et al. 2022.

    >>> print(PolyLoss(eps=2).recorded)
    logsumexp(z) - z[y] + 2*(1 - softmax(z)[y])
    """

    also: ClassVar[tuple[str, ...]] = ("poly_1",)
    eps: Scalar = Parameter("eps", at_least=-1, default=2)

    def formula(self, z: Vec, y: Label) -> Term:
        return logsumexp(z) - z[y] + self.eps * (1 - softmax(z)[y])
