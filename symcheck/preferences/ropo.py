"""Robust preference optimisation: DPO and a symmetric loss in one."""

from typing import final

from symcheck.language.functions import log_sigmoid, sigmoid
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class ROPO(Preference):
    """f = 4 alpha/(1 + alpha)^2 (-log sigmoid(beta h) + alpha sigmoid(-beta h)).

    Parameters: beta in (0, oo), by default 1/10; alpha in (0, oo), by default 14.  Bounded below.  For alpha >= 1 the
    derivative by beta h is -1 at least: 4 alpha/(1 + alpha)^2 s (1 + alpha (1 - s)) is greatest at
    s = (1 + alpha)/(2 alpha).
    Reference: Liang, Chen, Qiu, Wang, Wu, Fu, Chen, Wu, Ye 2024 (arXiv:2404.04102).

    >>> print(ROPO(beta="1/10", alpha=3).recorded)
    12/4**2*(-log_sigmoid(1/10*h) + 3*sigmoid(-(1/10*h)))
    """

    beta: Scalar = Parameter("beta", above=0, default="1/10")
    alpha: Scalar = Parameter("alpha", above=0, default=14)

    def formula(self, h: Term) -> Term:
        reward, alpha = self.beta * h, self.alpha
        return 4 * alpha / (1 + alpha) ** 2 * (-log_sigmoid(reward) + alpha * sigmoid(-reward))
