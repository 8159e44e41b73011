"""Efficient exact optimisation, for pairs."""

from typing import final

from symcheck.language.functions import log, log_sigmoid, sigmoid
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class EXO(Preference):
    """f = KL(p || q) with p = sigmoid(beta h) and q = 1 - eps: p log(p/(1 - eps)) + (1 - p) log((1 - p)/eps).

    Parameters: beta in (0, oo), by default 1/10; eps in (0, 1/2), the smoothing of the label, by default 1/1000.
    Bounded.
    Reference: Ji, Lu, Niu, Ke, Wang, Zhu, Tang, Huang 2024 (arXiv:2402.00856).

    >>> print(EXO(beta=1, eps="1/4").recorded.names)
    frozenset({'h'})
    """

    also = ("exo_pair",)
    beta: Scalar = Parameter("beta", above=0, default="1/10")
    eps: Scalar = Parameter("eps", above=0, below="1/2", default="1/1000")

    def formula(self, h: Term) -> Term:
        reward = self.beta * h
        of_chosen = sigmoid(reward) * (log_sigmoid(reward) - log(1 - self.eps))
        return of_chosen + sigmoid(-reward) * (log_sigmoid(-reward) - log(self.eps))
