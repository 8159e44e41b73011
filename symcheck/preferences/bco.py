"""Binary classifier optimisation, for pairs, with a given shift of the rewards."""

from typing import final

from symcheck.language.functions import log_sigmoid
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class BCO(Preference):
    """f = -log sigmoid(beta chosen - delta) - log sigmoid(-(beta rejected - delta)).

    Parameters: beta in (0, oo), by default 1/10; delta any number, by default 0.  Convex, bounded below.  In the paper
    delta is a running mean of the rewards, which changes with the run; here it is one number.
    Reference: Jung, Han, Nam, On 2024 (arXiv:2404.04656).

    >>> print(BCO(beta="1/10", delta=1).recorded)
    -log_sigmoid(1/10*chosen - 1) - log_sigmoid(-(1/10*rejected - 1))
    """

    also = ("bco_pair",)
    beta: Scalar = Parameter("beta", above=0, default="1/10")
    delta: Scalar = Parameter("delta", default=0)

    def formula(self, chosen: Term, rejected: Term) -> Term:
        return -log_sigmoid(self.beta * chosen - self.delta) - log_sigmoid(-(self.beta * rejected - self.delta))
