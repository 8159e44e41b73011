"""Anchored preference optimisation, down: for pairs whose chosen answer is worse than what the policy writes."""

from typing import final

from symcheck.language.functions import sigmoid
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class APODown(Preference):
    """f = sigmoid(beta chosen) + 1 - sigmoid(beta h).

    Parameters: beta in (0, oo), by default 1/10.  Bounded.
    Reference: D'Oosterlinck, Xu, Develder, Demeester, Singh, Potts, Kiela, Mehri 2024 (arXiv:2408.06266).

    >>> print(APODown(beta="1/10").recorded)
    sigmoid(1/10*chosen) + (1 - sigmoid(1/10*(chosen - rejected)))
    """

    beta: Scalar = Parameter("beta", above=0, default="1/10")

    def formula(self, chosen: Term, rejected: Term) -> Term:
        return sigmoid(self.beta * chosen) + (1 - sigmoid(self.beta * (chosen - rejected)))
