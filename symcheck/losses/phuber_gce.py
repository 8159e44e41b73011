"""The partially Huberised generalised cross entropy."""

from typing import final

from symcheck.language.functions import branch, softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class PHuberGCE(Loss):
    """l(z, y) = (1 - p_y^q) / q where p_y > a = tau^(1/(q - 1)), and tau (a - p_y) + (1 - a^q) / q elsewhere.

    Parameters: 0 < q < 1, by default 7/10; tau > 1, by default 10.  For every z, with p = softmax(z); bounded.
    Generalised cross entropy continued along its tangent at p_y = a: once, and not twice, continuously differentiable
    where p_y = a, which is at z = 0 for C^(1 - q) = tau.  The condition p_y > a is written p_y^(q - 1) < tau.
    Reference: Menon et al. 2020.

    >>> str(PHuberGCE(q="1/2", tau=2).recorded)[:69]
    'branch(2 - softmax(z)[y]**(-1/2), (1 - softmax(z)[y]**(1/2))/(1/2), 2'
    """

    q: Scalar = Parameter("q", above=0, below=1, default="7/10")
    tau: Scalar = Parameter("tau", above=1, default=10)

    def formula(self, z: Vec, y: Label) -> Term:
        q, tau, p = self.q, self.tau, softmax(z)[y]
        corner = tau ** (1 / (q - 1))
        tangent = tau * (corner - p) + (1 - corner**q) / q
        return branch(tau - p ** (q - 1), (1 - p**q) / q, tangent)
