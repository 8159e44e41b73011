"""Conservative direct preference optimisation: DPO with smoothed labels."""

from typing import final

from symcheck.language.functions import log_sigmoid
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class CDPO(Preference):
    """f = -(1 - eps) log sigmoid(beta h) - eps log sigmoid(-beta h).

    Parameters: beta in (0, oo), by default 1/10; eps in [0, 1/2), the rate of flips that is assumed, by default 1/10.
    Convex, bounded below.
    Reference: Mitchell 2023, A note on DPO with noisy preferences.

    >>> print(CDPO(beta="1/10", eps="1/5").recorded)
    (-4/5)*log_sigmoid(1/10*h) - 1/5*log_sigmoid(-(1/10*h))
    """

    also = ("conservative_dpo",)
    beta: Scalar = Parameter("beta", above=0, default="1/10")
    eps: Scalar = Parameter("eps", at_least=0, below="1/2", default="1/10")

    def formula(self, h: Term) -> Term:
        reward = self.beta * h
        return -(1 - self.eps) * log_sigmoid(reward) - self.eps * log_sigmoid(-reward)
