"""The sum of the absolute differences between logits and the one-hot label."""

from typing import final

from symcheck.language.functions import abs, onehot, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class L1OnLogits(Loss):
    """l(z, y) = ||z - e_y||_1 with the one-hot vector e_y.

    For every z; convex, l >= 0.  It has a kink at z = 0, in every logit but that of the label.
    Reference: classical; least absolute deviations, Bloomfield, Steiger 1983.

    >>> print(L1OnLogits().recorded)
    total(abs(z - onehot(y)))
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return total(abs(z - onehot(y)))
