"""The peer loss with a uniform class prior."""

from typing import ClassVar, final

from symcheck.language.functions import log_softmax, mean
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class PeerUniform(Loss):
    """l(z, y) = -log p_y + alpha/C sum_k log p_k with p = softmax(z).

    Parameters: alpha >= 0, by default 1.  For every z; it is the unhinged loss MUH plus (1 - alpha)(KL(u||p) + log C).
    Reference: Liu, Guo 2020; this form Cheng et al. 2021 (CORES).

    >>> print(PeerUniform(alpha=1).recorded)
    -log_softmax(z)[y] + 1*mean(log_softmax(z))
    """

    also: ClassVar[tuple[str, ...]] = ("cores_uniform",)
    alpha: Scalar = Parameter("alpha", at_least=0, default=1)

    def formula(self, z: Vec, y: Label) -> Term:
        return -log_softmax(z)[y] + self.alpha * mean(log_softmax(z))
