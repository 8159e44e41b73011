"""Direct preference optimisation."""

from typing import final

from symcheck.language.functions import log_sigmoid
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class DPO(Preference):
    """f = -log sigmoid(beta h) = log(1 + exp(-beta h)).

    Parameters: beta in (0, oo), by default 1/10.  Convex, bounded below.
    Reference: Rafailov, Sharma, Mitchell, Ermon, Manning, Finn 2023 (arXiv:2305.18290).

    >>> print(DPO(beta="1/10").recorded)
    -log_sigmoid(1/10*h)
    """

    beta: Scalar = Parameter("beta", above=0, default="1/10")

    def formula(self, h: Term) -> Term:
        return -log_sigmoid(self.beta * h)
