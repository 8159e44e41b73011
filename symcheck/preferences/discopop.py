"""Discovered preference optimisation: the logistic and the exponential loss, blended by the margin."""

from typing import final

from symcheck.language.functions import exp, log_sigmoid, sigmoid
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class DiscoPOP(Preference):
    """f = (1 - m) (-log sigmoid(beta h)) + m exp(-beta h) with m = sigmoid(beta h/tau).

    Parameters: beta in (0, oo) and tau in (0, oo), both by default 1/20.  Bounded below.
    Reference: Lu, Holt, Fanconi, Chan, Foerster, van der Schaar, Lange 2024 (arXiv:2406.08414).

    >>> print(DiscoPOP(beta=1, tau=1).recorded.names)
    frozenset({'h'})
    """

    also = ("log_ratio_modulated",)
    beta: Scalar = Parameter("beta", above=0, default="1/20")
    tau: Scalar = Parameter("tau", above=0, default="1/20")

    def formula(self, h: Term) -> Term:
        reward = self.beta * h
        share = sigmoid(reward / self.tau)
        return -(1 - share) * log_sigmoid(reward) + share * exp(-reward)
