"""Symmetric preference optimisation, with the sigmoid loss."""

from typing import final

from symcheck.language.functions import sigmoid
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class SymPO(Preference):
    """f = 1 - sigmoid(beta h).

    Parameters: beta in (0, oo), by default 1/10.  Bounded; f(h) + f(-h) = 1.
    Reference: Nishimori, Zhang, Lodkaew, Sugiyama 2025 (arXiv:2505.24709).

    >>> print(SymPO(beta="1/10").recorded)
    1 - sigmoid(1/10*h)
    """

    beta: Scalar = Parameter("beta", above=0, default="1/10")

    def formula(self, h: Term) -> Term:
        return 1 - sigmoid(self.beta * h)
