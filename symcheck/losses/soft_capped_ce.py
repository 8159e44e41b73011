"""Cross entropy that is capped at rare classes."""

from typing import ClassVar, final

from symcheck.language.functions import log, softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class SoftCappedCE(Loss):
    """l(z, y) = -log(p_y + eps) with p = softmax(z).

    Parameters: eps > 0, by default 1/100.  For every z; l < -log eps.  The code of the package also caps p_y + eps at
    1, which for eps < 1/2 changes nothing near z = 0.
    Reference: the package robustloss-lab 2.1.7, 2025.

    >>> print(SoftCappedCE(eps="1/100").recorded)
    -log(softmax(z)[y] + 1/100)
    """

    also: ClassVar[tuple[str, ...]] = ("scce",)
    eps: Scalar = Parameter("eps", above=0, default="1/100")

    def formula(self, z: Vec, y: Label) -> Term:
        return -log(softmax(z)[y] + self.eps)
