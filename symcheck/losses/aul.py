"""The asymmetric unhinged loss."""

from typing import ClassVar, final

from symcheck.language.functions import softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class AUL(Loss):
    """l(z, y) = ((a - p_y)^q - (a - 1)^q) / q with p = softmax(z).

    Parameters: a > 1, by default 3/2; q > 0, by default 9/10.  For every z; 0 <= l < (a^q - (a - 1)^q) / q.  At q = 1
    it is 1 - p_y.
    Reference: Zhou et al. 2021.

    >>> print(AUL(a="3/2", q=1).recorded)
    ((3/2 - softmax(z)[y])**1 - (1/2)**1)/1
    """

    also: ClassVar[tuple[str, ...]] = ("aue", "asymmetric_unhinged")
    a: Scalar = Parameter("a", above=1, default="3/2")
    q: Scalar = Parameter("q", above=0, default="9/10")

    def formula(self, z: Vec, y: Label) -> Term:
        return ((self.a - softmax(z)[y]) ** self.q - (self.a - 1) ** self.q) / self.q
