"""The multiclass hinge loss as PyTorch has it."""

from typing import final

from symcheck.language.functions import relu, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class MultiMargin(Loss):
    """l(z, y) = (1/C) sum_{j != y} max(0, 1 - z_y + z_j).

    For every z; convex, l >= 0.  Where all |z_j| < 1/2 it is MUH + (C - 1)/C.
    Reference: Weston, Watkins 1999; torch.nn.MultiMarginLoss with its default margin = 1 and p = 1.

    >>> print(MultiMargin().recorded)
    total(relu(1 - z[y] + z), but=y)/C
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return total(relu(1 - z[y] + z), but=y) / z.C
