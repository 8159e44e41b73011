"""The square loss with another weight and another target at the label."""

from typing import final

from symcheck.language.functions import total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class RescaledSquare(Loss):
    """l(z, y) = k (z_y - M)^2 + sum_{j != y} z_j^2.

    Parameters: k > 0, by default 1; M > 0, by default 15.  For every z; convex.  The gradient at 0 is -2 k M e_y, so
    its mean over the classes is never 0.
    Reference: Hui, Belkin 2021.

    >>> print(RescaledSquare(k=1, M=15).recorded)
    1*(z[y] - 15)**2 + total(z**2, but=y)
    """

    k: Scalar = Parameter("k", above=0, default=1)
    M: Scalar = Parameter("M", above=0, default=15)

    def formula(self, z: Vec, y: Label) -> Term:
        return self.k * (z[y] - self.M) ** 2 + total(z**2, but=y)
