"""Cross entropy with a margin at the label."""

from typing import ClassVar, final

from symcheck.language.functions import log_softmax, onehot
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class CosFace(Loss):
    """l(z, y) = -log q_y with q = softmax(s (z - m e_y)).

    Parameters: s > 0, by default 1; m >= 0, by default 35/100.  For every z; convex.  At m = 0 it is
    ``temperature_ce`` with tau = 1/s.  The papers take z as cosines and s = 30 or 64; the layer that makes the
    cosines is not part of it.
    Reference: Wang et al. 2018.

    >>> print(CosFace(s=30, m="7/20").recorded)
    -log_softmax(30*(z - 7/20*onehot(y)))[y]
    """

    also: ClassVar[tuple[str, ...]] = ("am_softmax",)
    s: Scalar = Parameter("s", above=0, default=1)
    m: Scalar = Parameter("m", at_least=0, default="35/100")

    def formula(self, z: Vec, y: Label) -> Term:
        return -log_softmax(self.s * (z - self.m * onehot(y)))[y]
