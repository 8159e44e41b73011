"""Binary cross entropy of every class, with a weight on the label's term."""

from typing import final

from symcheck.language.functions import softplus, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class BCEPosWeight(Loss):
    """l(z, y) = w log(1 + exp(-z_y)) + sum_{j != y} log(1 + exp(z_j)), summed over the classes and not averaged.

    Parameters: w > 0, by default 1.  For every z; convex.  At w = 1 it is ``one_vs_rest_logistic``; the mean of its
    gradient over the classes is 0 for w = C - 1 only, which is ``bce_balanced``.
    Reference: classical; weighted as in King, Zeng 2001.

    >>> print(BCEPosWeight(w=9).recorded)
    9*softplus(-z[y]) + total(softplus(z), but=y)
    """

    w: Scalar = Parameter("w", above=0, default=1)

    def formula(self, z: Vec, y: Label) -> Term:
        return self.w * softplus(-z[y]) + total(softplus(z), but=y)
