"""Self-play preference optimisation, with hard labels."""

from typing import final

from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class SPPO(Preference):
    """f = (chosen - 1/(2 beta))^2 + (rejected + 1/(2 beta))^2.

    Parameters: beta in (0, oo), 1/eta of the paper, by default 1/1000.  Convex.  The paper has the target
    eta (P - 1/2) for the probability P that an answer wins; here P is 1 for the chosen answer and 0 for the other.
    Reference: Wu, Sun, Yuan, Ji, Yang, Gu 2024 (arXiv:2405.00675).

    >>> print(SPPO(beta="1/2").recorded)
    (chosen - 1)**2 + (rejected + 1)**2
    """

    also = ("sppo_hard",)
    beta: Scalar = Parameter("beta", above=0, default="1/1000")

    def formula(self, chosen: Term, rejected: Term) -> Term:
        target = 1 / (2 * self.beta)
        return (chosen - target) ** 2 + (rejected + target) ** 2
