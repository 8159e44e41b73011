"""The mean absolute error of softmax at another temperature."""

from typing import final

from symcheck.language.functions import softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class TemperedMAE(Loss):
    """l(z, y) = (1 - q_y) / alpha with q = softmax(alpha z).

    Parameters: alpha > 0, by default 1.  For every z; 0 <= l < 1/alpha, and sum_y l(z, y) is constant.  Less its
    value at 0 it tends to MUH/C for alpha -> 0.
    Reference: after Lemire Paquin, Chaib-Draa, Giguere 2026.

    >>> print(TemperedMAE(alpha=1).recorded)
    (1 - softmax(1*z)[y])/1
    """

    alpha: Scalar = Parameter("alpha", above=0, default=1)

    def formula(self, z: Vec, y: Label) -> Term:
        return (1 - softmax(self.alpha * z)[y]) / self.alpha
