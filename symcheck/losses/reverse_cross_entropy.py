"""Reverse cross entropy."""

from typing import ClassVar, final

from symcheck.language.functions import softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class ReverseCrossEntropy(Loss):
    """l(z, y) = -sum_j p_j log e_yj = -A (1 - p_y) with p = softmax(z); A stands for log 0.

    Parameters: A < 0, by default -9.2103, which is log 0.0001 rounded.  For every z; 0 <= l <= -A.  It is -A/2 times
    MAE, so sum_y l(z, y) is constant.
    Reference: Wang et al. 2019.

    >>> print(ReverseCrossEntropy(A=-4).recorded)
    4*(1 - softmax(z)[y])
    """

    also: ClassVar[tuple[str, ...]] = ("rce",)
    A: Scalar = Parameter("A", below=0, default="-9.2103")

    def formula(self, z: Vec, y: Label) -> Term:
        return -self.A * (1 - softmax(z)[y])
