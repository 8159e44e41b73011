"""Positive direct preference optimisation: DPO that holds the probability of the chosen answer."""

from typing import final

from symcheck.language.functions import log_sigmoid, relu
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class DPOP(Preference):
    """f = -log sigmoid(beta (h - lambda_ max(0, -chosen))).

    Parameters: beta in (0, oo), by default 3/10; lambda_ in (0, oo), by default 50.  Convex, bounded below; not
    differentiable where chosen = 0, which is where a run starts.
    Reference: Pal, Karkhanis, Dooley, Roberts, Naidu, White 2024 (arXiv:2402.13228).

    >>> print(DPOP(beta="1/2", lambda_=50).recorded)
    -log_sigmoid(1/2*(chosen - rejected - 50*relu(-chosen)))
    """

    also = ("dpo_positive",)
    beta: Scalar = Parameter("beta", above=0, default="3/10")
    lambda_: Scalar = Parameter("lambda_", above=0, default=50)

    def formula(self, chosen: Term, rejected: Term) -> Term:
        return -log_sigmoid(self.beta * (chosen - rejected - self.lambda_ * relu(-chosen)))
