"""The Multi-Category Unhinged loss."""

from typing import ClassVar, final

from symcheck.language.functions import mean
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class MUH(Loss):
    """l(z, y) = mean(z) - z_y = -<z, o_y> with o_y = e_y - 1/C: linear in z, and sum_y l(z, y) = 0.

    For every z; not bounded from below, so it needs a regularizer to have a minimiser.
    Reference: Shoham, Avidor, Israel 2021; for two classes van Rooyen, Menon, Williamson 2015.

    >>> print(MUH().recorded)
    mean(z) - z[y]
    """

    also: ClassVar[tuple[str, ...]] = ("unhinged",)

    def formula(self, z: Vec, y: Label) -> Term:
        return mean(z) - z[y]
