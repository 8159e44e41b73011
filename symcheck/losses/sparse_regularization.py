"""Cross entropy at a sharper temperature with a penalty that asks for sparse outputs."""

from typing import final

from symcheck.language.functions import log_softmax, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class SparseRegularization(Loss):
    """l(z, y) = -log q_y + lambda_ sum_j q_j^r with q = softmax(z/tau).

    Parameters: tau > 0, by default 1/2; lambda_ >= 0, by default 1/10; 0 < r < 1, by default 1/10.  For every z.  The
    penalty alone, ``power_of_p``, has a maximum at z = 0.
    Reference: Zhou et al. 2021.

    >>> print(SparseRegularization(tau=1, lambda_=1, r="1/2").recorded)
    1*total(softmax(z/1)**(1/2)) - log_softmax(z/1)[y]
    """

    tau: Scalar = Parameter("tau", above=0, default="1/2")
    lambda_: Scalar = Parameter("lambda_", at_least=0, default="1/10")
    r: Scalar = Parameter("r", above=0, below=1, default="1/10")

    def formula(self, z: Vec, y: Label) -> Term:
        scaled = z / self.tau
        return self.lambda_ * total(softmax(scaled) ** self.r) - log_softmax(scaled)[y]
