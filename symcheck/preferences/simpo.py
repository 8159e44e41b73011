"""Simple preference optimisation: a margin that is asked for, and no reference policy."""

from typing import final

from symcheck.language.functions import log_sigmoid
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class SimPO(Preference):
    """f = -log sigmoid(beta h - gamma), with h the difference of the mean log-likelihoods of a token.

    Parameters: beta in (0, oo), by default 2, and gamma in [0, oo), by default 1.  Convex, bounded below.  Without a
    reference policy: a run does not start at h = 0.
    Reference: Meng, Xia, Chen 2024 (arXiv:2405.14734).

    >>> print(SimPO(beta=2, gamma=1).recorded)
    -log_sigmoid(2*h - 1)
    """

    reference_free = True
    beta: Scalar = Parameter("beta", above=0, default=2)
    gamma: Scalar = Parameter("gamma", at_least=0, default=1)

    def formula(self, h: Term) -> Term:
        return -log_sigmoid(self.beta * h - self.gamma)
