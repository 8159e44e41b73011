"""Anchored preference optimisation, zero: for chosen answers that are better than what the policy writes."""

from typing import final

from symcheck.language.functions import sigmoid
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class APOZero(Preference):
    """f = 1 - sigmoid(beta chosen) + sigmoid(beta rejected).

    Parameters: beta in (0, oo), by default 1/10.  Bounded; f(chosen, rejected) + f(rejected, chosen) = 2.
    Reference: D'Oosterlinck, Xu, Develder, Demeester, Singh, Potts, Kiela, Mehri 2024 (arXiv:2408.06266).

    >>> print(APOZero(beta="1/10").recorded)
    1 - sigmoid(1/10*chosen) + sigmoid(1/10*rejected)
    """

    beta: Scalar = Parameter("beta", above=0, default="1/10")

    def formula(self, chosen: Term, rejected: Term) -> Term:
        return 1 - sigmoid(self.beta * chosen) + sigmoid(self.beta * rejected)
