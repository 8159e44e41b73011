"""The squared multiclass hinge loss as PyTorch has it."""

from typing import final

from symcheck.language.functions import relu, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class MultiMarginSquared(Loss):
    """l(z, y) = (1/C) sum_{j != y} max(0, m - z_y + z_j)^2.

    Parameters: m > 0, by default 1.  For every z; convex, l >= 0.
    Reference: Weston, Watkins 1999; torch.nn.MultiMarginLoss with p = 2 and margin = m.

    >>> print(MultiMarginSquared(m=1).recorded)
    total(relu(1 - z[y] + z)**2, but=y)/C
    """

    m: Scalar = Parameter("m", above=0, default=1)

    def formula(self, z: Vec, y: Label) -> Term:
        return total(relu(self.m - z[y] + z) ** 2, but=y) / z.C
