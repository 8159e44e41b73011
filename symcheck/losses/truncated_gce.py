"""Generalised cross entropy that is constant for improbable labels."""

from typing import final

from symcheck.language.functions import maximum, softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class TruncatedGCE(Loss):
    """l(z, y) = (1 - max(p_y, k)^q) / q with p = softmax(z).

    Parameters: q in (0, 1], by default 7/10; 0 < k < 1, by default 1/2.  For every z; 0 < l <= (1 - k^q)/q.  Where
    p_y < k it is constant, so at z = 0 it has no gradient for C > 1/k; at C = 1/k it has a kink there.
    Reference: Zhang, Sabuncu 2018.

    >>> print(TruncatedGCE(q=1, k="1/4").recorded)
    (1 - maximum(softmax(z)[y], 1/4)**1)/1
    """

    q: Scalar = Parameter("q", above=0, at_most=1, default="7/10")
    k: Scalar = Parameter("k", above=0, below=1, default="1/2")

    def formula(self, z: Vec, y: Label) -> Term:
        return (1 - maximum(softmax(z)[y], self.k) ** self.q) / self.q
