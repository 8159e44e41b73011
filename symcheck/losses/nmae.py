"""The normalised mean absolute error, which is the normalised reverse cross entropy as well."""

from typing import ClassVar, final

from symcheck.language.functions import softmax
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class NMAE(Loss):
    """l(z, y) = (1 - p_y) / (C - 1) with p = softmax(z).

    For every z; 0 <= l <= 1/(C - 1), and sum_y l(z, y) = 1.
    Reference: Ma et al. 2020.

    >>> print(NMAE().recorded)
    (1 - softmax(z)[y])/(C - 1)
    """

    also: ClassVar[tuple[str, ...]] = ("nrce",)

    def formula(self, z: Vec, y: Label) -> Term:
        return (1 - softmax(z)[y]) / (z.C - 1)
