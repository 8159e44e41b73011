"""Mixup, with the class prior in the place of the partner's label."""

from typing import final

from symcheck.language.classwise import ClassParameter
from symcheck.language.functions import log_softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class MixupPrior(Loss):
    """l(z, y) = -lambda_ log p_y - (1 - lambda_) sum_k pi_k log p_k with p = softmax(z).

    Parameters: pi, a class-vector, the prior: pi_k > 0 with the sum 1, by default proportional to k; 0 < lambda_ <= 1,
    by default 7/10.  For every z: the expectation of the mixup loss over the partner's label at one z.
    Reference: Zhang et al. 2018.

    >>> print(MixupPrior(pi="1/2, 1/2", lambda_="7/10"))
    MixupPrior(lambda_=7/10, pi=(1/2, 1/2))
    """

    pi = ClassParameter("pi", above=0, total=1, default="proportional")
    lambda_: Scalar = Parameter("lambda_", above=0, at_most=1, default="7/10")

    def formula(self, z: Vec, y: Label) -> Term:
        return -self.lambda_ * log_softmax(z)[y] - (1 - self.lambda_) * total(self.pi * log_softmax(z))
