"""The alpha-loss for alpha below 1."""

from typing import final

from symcheck.language.functions import softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class AlphaLossBelowOne(Loss):
    """l(z, y) = alpha/(1 - alpha) (p_y^(-(1 - alpha)/alpha) - 1) with p = softmax(z).

    Parameters: 0 < alpha < 1, by default 1/2; ``alpha_loss`` is the same for alpha > 1.  For every z; convex, l >= 0
    and not bounded from above.  For alpha -> 1 it tends to the cross entropy; at alpha = 1/2 it is 1/p_y - 1, which
    is ``adaboost_mr``.
    Reference: Sypherd et al. 2022.

    >>> print(AlphaLossBelowOne(alpha="1/2").recorded)
    1*(softmax(z)[y]**(-1) - 1)
    """

    alpha: Scalar = Parameter("alpha", above=0, below=1, default="1/2")

    def formula(self, z: Vec, y: Label) -> Term:
        alpha = self.alpha
        return alpha / (1 - alpha) * (softmax(z)[y] ** (-(1 - alpha) / alpha) - 1)
