"""Cross entropy of normalised logits."""

from typing import final

from symcheck.language.functions import log_softmax, sqrt, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class LogitNorm(Loss):
    """l(z, y) = -log q_y with q = softmax(z / (tau ||z||)).

    Parameters: tau > 0, by default 1.  For every z but 0, where it has no limit: it is constant along every ray, so
    it has no gradient at 0.  Bounded.  Public code divides by ||z|| + 1/10000000 instead, and is differentiable at 0.
    Reference: Wei et al. 2022.

    >>> print(LogitNorm(tau=1).recorded)
    -log_softmax(z/(1*sqrt(total(z**2))))[y]
    """

    tau: Scalar = Parameter("tau", above=0, default=1)

    def formula(self, z: Vec, y: Label) -> Term:
        return -log_softmax(z / (self.tau * sqrt(total(z**2))))[y]
