"""The peer loss, with the class prior in the place of other samples."""

from typing import ClassVar, final

from symcheck.language.classwise import ClassParameter
from symcheck.language.functions import log_softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class Peer(Loss):
    """l(z, y) = -log p_y + alpha sum_k pi_k log p_k with p = softmax(z).

    Parameters: pi, a class-vector, the prior: pi_k > 0 with the sum 1, by default proportional to k; alpha >= 0, by
    default 1.  For every z; grad l(0, y) = -o_y + alpha (pi - 1/C 1).  The peer loss proper takes z and the label of
    the second term from other samples.
    Reference: Liu, Guo 2020; this form Cheng et al. 2021 (CORES).

    >>> print(Peer(alpha=1).recorded)
    -log_softmax(z)[y] + 1*total(pi*log_softmax(z))
    """

    also: ClassVar[tuple[str, ...]] = ("cores",)
    pi = ClassParameter("pi", above=0, total=1, default="proportional")
    alpha: Scalar = Parameter("alpha", at_least=0, default=1)

    def formula(self, z: Vec, y: Label) -> Term:
        return -log_softmax(z)[y] + self.alpha * total(self.pi * log_softmax(z))
