"""Binary cross entropy of every class, with weight C - 1 on the label's term."""

from typing import final

from symcheck.language.functions import softplus, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class BCEBalanced(Loss):
    """l(z, y) = (C - 1) log(1 + exp(-z_y)) + sum_{j != y} log(1 + exp(z_j)), summed over the classes and not averaged.

    For every z; convex.  The weight makes the gradient at 0 orthogonal to (1, ..., 1); without it, in
    ``one_vs_rest_logistic``, it is so for C = 2 only.
    Reference: classical; weighted as in King, Zeng 2001.

    >>> print(BCEBalanced().recorded)
    (C - 1)*softplus(-z[y]) + total(softplus(z), but=y)
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return (z.C - 1) * softplus(-z[y]) + total(softplus(z), but=y)
