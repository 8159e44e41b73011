"""The hinge loss of the margin, of sequence likelihood calibration."""

from typing import final

from symcheck.language.functions import relu
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class Hinge(Preference):
    """f = max(0, 1 - beta h).

    Parameters: beta in (0, oo), by default 1/10.  Convex, bounded below; not differentiable at h = 1/beta.  Here h is
    the difference of the log ratios to a reference policy, as in libraries; SLiC itself has the difference of the
    log-likelihoods, for which h is not 0 where a run starts.
    Reference: Zhao, Joshi, Liu, Khalman, Saleh, Liu 2023 (arXiv:2305.10425).

    >>> print(Hinge(beta="1/10").recorded)
    relu(1 - 1/10*h)
    """

    also = ("slic",)
    beta: Scalar = Parameter("beta", above=0, default="1/10")

    def formula(self, h: Term) -> Term:
        return relu(1 - self.beta * h)
