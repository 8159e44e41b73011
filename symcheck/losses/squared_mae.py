"""The square of half the mean absolute error."""

from typing import final

from symcheck.language.functions import softmax
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class SquaredMAE(Loss):
    """l(z, y) = (1 - p_y)^2 with p = softmax(z).

    For every z; 0 <= l <= 1.  It is what the label adds to the Brier score, and a quarter of the square of MAE.
    Reference: the term of the label in Brier 1950.

    >>> print(SquaredMAE().recorded)
    (1 - softmax(z)[y])**2
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return (1 - softmax(z)[y]) ** 2
