"""The partially Huberised cross entropy."""

from typing import final

from symcheck.language.functions import branch, log, log_softmax, softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class PHuberCE(Loss):
    """l(z, y) = -log p_y where p_y > 1/tau, and 1 + log tau - tau p_y elsewhere, with p = softmax(z).

    Parameters: tau > 1, by default 10.  For every z; 0 < l < 1 + log tau.  Cross entropy continued along its tangent
    at p_y = 1/tau: once, and not twice, continuously differentiable where p_y = 1/tau, which is at z = 0 for C = tau.
    Reference: Menon et al. 2020.

    >>> print(PHuberCE(tau=2).recorded)
    branch(2*softmax(z)[y] - 1, -log_softmax(z)[y], 1 + log(2) - 2*softmax(z)[y])
    """

    tau: Scalar = Parameter("tau", above=1, default=10)

    def formula(self, z: Vec, y: Label) -> Term:
        scaled = self.tau * softmax(z)[y]
        return branch(scaled - 1, -log_softmax(z)[y], 1 + log(self.tau) - scaled)
