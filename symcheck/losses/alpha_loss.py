"""The alpha-loss for alpha above 1."""

from typing import final

from symcheck.language.functions import softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class AlphaLoss(Loss):
    """l(z, y) = alpha/(alpha - 1) (1 - p_y^((alpha - 1)/alpha)) with p = softmax(z).

    Parameters: alpha > 1, by default 2; ``alpha_loss_below_one`` is the same for alpha < 1.  For every z; 0 <= l <
    alpha/(alpha - 1).  For alpha -> 1 it tends to the cross entropy and for alpha -> infinity to 1 - p_y; it is
    ``gce`` with q = 1 - 1/alpha.
    Reference: Sypherd et al. 2022.

    >>> print(AlphaLoss(alpha=2).recorded)
    2*(1 - softmax(z)[y]**(1/2))
    """

    alpha: Scalar = Parameter("alpha", above=1, default=2)

    def formula(self, z: Vec, y: Label) -> Term:
        alpha = self.alpha
        return alpha / (alpha - 1) * (1 - softmax(z)[y] ** ((alpha - 1) / alpha))
