"""Robust direct preference optimisation: DPO without the bias of a known rate of flips."""

from typing import final

from symcheck.language.functions import log_sigmoid
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class RDPO(Preference):
    """f = (-(1 - eps) log sigmoid(beta h) + eps log sigmoid(-beta h)) / (1 - 2 eps).

    Parameters: beta in (0, oo), by default 1/10; eps in [0, 1/2), the rate of flips that is known, by default 1/10.
    Its mean over flips of the rate eps is DPO.  Convex, and unbounded below for eps > 0: it is DPO's loss
    less eps beta h/(1 - 2 eps).
    Reference: Chowdhury, Kini, Natarajan 2024 (arXiv:2403.00409).

    >>> print(RDPO(beta="1/10", eps="1/4").recorded)
    ((-3/4)*log_sigmoid(1/10*h) + 1/4*log_sigmoid(-(1/10*h)))/(1/2)
    """

    also = ("robust_dpo",)
    beta: Scalar = Parameter("beta", above=0, default="1/10")
    eps: Scalar = Parameter("eps", at_least=0, below="1/2", default="1/10")

    def formula(self, h: Term) -> Term:
        reward = self.beta * h
        return (-(1 - self.eps) * log_sigmoid(reward) + self.eps * log_sigmoid(-reward)) / (1 - 2 * self.eps)
