"""The early-learning regularization loss with one target for all samples."""

from typing import final

from symcheck.language.classwise import ClassParameter
from symcheck.language.functions import log, log_softmax, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class ELR(Loss):
    """l(z, y) = -log p_y + lambda_ log(1 - sum_k p_k t_k) with p = softmax(z).

    Parameters: t, a class-vector, the target: t_k >= 0 with the sum 1, by default the first class; lambda_ >= 0, by
    default 3.  For every z; in use t is a running mean of a sample's predictions.  With a uniform target the second
    term is constant, otherwise grad l(0, y) = -o_y - lambda_ (t - 1/C 1)/(C - 1) has a drift.
    Reference: Liu et al. 2020.

    >>> print(ELR(lambda_=3).recorded)
    -log_softmax(z)[y] + 3*log(1 - total(softmax(z)*t))
    """

    t = ClassParameter("t", at_least=0, total=1, default="first")
    lambda_: Scalar = Parameter("lambda_", at_least=0, default=3)

    def formula(self, z: Vec, y: Label) -> Term:
        return -log_softmax(z)[y] + self.lambda_ * log(1 - total(softmax(z) * self.t))
