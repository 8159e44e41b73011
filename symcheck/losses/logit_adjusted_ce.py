"""The cross entropy of logits adjusted by a class prior."""

from typing import ClassVar, final

from symcheck.language.classwise import ClassParameter
from symcheck.language.functions import log, log_softmax
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class LogitAdjustedCE(Loss):
    """l(z, y) = -log softmax(z + log pi)_y.

    Parameters: pi, a class-vector, the prior: pi_k > 0 with the sum 1, by default proportional to k.  For every z;
    with a uniform prior it is the cross entropy, otherwise grad l(0, y) = -o_y + (pi - 1/C 1) has a drift.
    Reference: Menon et al. 2021; as balanced softmax Ren et al. 2020.

    >>> print(LogitAdjustedCE(pi="6/10, 1/10, 3/10"))
    LogitAdjustedCE(pi=(3/5, 1/10, 3/10))
    """

    also: ClassVar[tuple[str, ...]] = ("balanced_softmax",)
    pi = ClassParameter("pi", above=0, total=1, default="proportional")

    def formula(self, z: Vec, y: Label) -> Term:
        return -log_softmax(z + log(self.pi))[y]
