"""The mean absolute error of softmax."""

from typing import final

from symcheck.language.functions import softmax
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class MAE(Loss):
    """l(z, y) = ||p - e_y||_1 = 2 (1 - p_y) with p = softmax(z).

    For every z; 0 <= l <= 2, and sum_y l(z, y) is constant.
    Reference: Ghosh, Kumar, Sastry 2017.

    >>> print(MAE().recorded)
    2*(1 - softmax(z)[y])
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return 2 * (1 - softmax(z)[y])
