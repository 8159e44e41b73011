"""Symmetric cross entropy as the seed paper writes it."""

from typing import final

from symcheck.language.functions import logsumexp, softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class SCE(Loss):
    """l(z, y) = -log p_y + lambda_ (1 - p_y) with p = softmax(z).

    Parameters: lambda_ >= 0, by default 1.  For every z; at lambda_ = 0 it is the cross entropy, and
    l/lambda_ tends to 1 - p_y, half of MAE, for lambda_ -> oo only.
    Reference: Shoham, Avidor, Israel 2021, section 3, after Wang et al. 2019 (``symmetric_cross_entropy``).

    >>> print(SCE(lambda_=1).recorded)
    logsumexp(z) - z[y] + 1*(1 - softmax(z)[y])
    """

    lambda_: Scalar = Parameter("lambda_", at_least=0, default=1)

    def formula(self, z: Vec, y: Label) -> Term:
        return logsumexp(z) - z[y] + self.lambda_ * (1 - softmax(z)[y])
