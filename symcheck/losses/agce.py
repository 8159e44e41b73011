"""Asymmetric generalised cross entropy."""

from typing import ClassVar, final

from symcheck.language.functions import softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class AGCE(Loss):
    """l(z, y) = ((a + 1)^q - (a + p_y)^q) / q with p = softmax(z).

    Parameters: a > 0, by default 1; q > 0, by default 2.  For every z; 0 <= l < ((a + 1)^q - a^q) / q.
    Reference: Zhou et al. 2021.

    >>> print(AGCE(a=1, q=2).recorded)
    (2**2 - (1 + softmax(z)[y])**2)/2
    """

    also: ClassVar[tuple[str, ...]] = ("asymmetric_gce",)
    a: Scalar = Parameter("a", above=0, default=1)
    q: Scalar = Parameter("q", above=0, default=2)

    def formula(self, z: Vec, y: Label) -> Term:
        return ((self.a + 1) ** self.q - (self.a + softmax(z)[y]) ** self.q) / self.q
