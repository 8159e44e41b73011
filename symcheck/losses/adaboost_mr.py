"""The exponential loss over the pairs of the label and another class."""

from typing import ClassVar, final

from symcheck.language.functions import exp, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class AdaBoostMR(Loss):
    """l(z, y) = sum_{j != y} exp(z_j - z_y).

    For every z; convex.  It is 1/p_y - 1 with p = softmax(z), which is ``alpha_loss_below_one`` at alpha = 1/2.
    Reference: Schapire, Singer 1999.

    >>> print(AdaBoostMR().recorded)
    total(exp(z - z[y]), but=y)
    """

    also: ClassVar[tuple[str, ...]] = ("pairwise_exponential",)

    def formula(self, z: Vec, y: Label) -> Term:
        return total(exp(z - z[y]), but=y)
