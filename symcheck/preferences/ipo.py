"""Identity preference optimisation."""

from typing import final

from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term
from symcheck.preferences.base import Preference


@final
class IPO(Preference):
    """f = (h - 1/(2 beta))^2.

    Parameters: beta in (0, oo), which the paper calls tau, by default 1/10.  Convex; the odd part is -h/beta, the even
    one h^2 + 1/(4 beta^2).
    Reference: Azar, Rowland, Piot, Guo, Calandriello, Valko, Munos 2023 (arXiv:2310.12036).

    >>> print(IPO(beta="1/10").recorded)
    (h - 5)**2
    """

    beta: Scalar = Parameter("beta", above=0, default="1/10")

    def formula(self, h: Term) -> Term:
        return (h - 1 / (2 * self.beta)) ** 2
