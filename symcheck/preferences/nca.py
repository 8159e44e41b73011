"""Noise contrastive alignment, for pairs."""

from typing import final

from symcheck.language.functions import log_sigmoid
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class NCA(Preference):
    """f = -log sigmoid(beta chosen) - log sigmoid(-beta chosen)/2 - log sigmoid(-beta rejected)/2.

    Parameters: beta in (0, oo), by default 1/100.  Convex, bounded below.
    Reference: Chen, He, Yuan, Cui, Su, Zhu 2024 (arXiv:2402.05369).

    >>> print(NCA(beta="1/10").recorded)
    -log_sigmoid(1/10*chosen) - log_sigmoid(-(1/10*chosen))/2 - log_sigmoid(-(1/10*rejected))/2
    """

    also = ("nca_pair",)
    beta: Scalar = Parameter("beta", above=0, default="1/100")

    def formula(self, chosen: Term, rejected: Term) -> Term:
        first, second = self.beta * chosen, self.beta * rejected
        return -log_sigmoid(first) - log_sigmoid(-first) / 2 - log_sigmoid(-second) / 2
