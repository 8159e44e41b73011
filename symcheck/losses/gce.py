"""Generalised cross entropy."""

from typing import final

from symcheck.language.functions import softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class GCE(Loss):
    """l(z, y) = (1 - p_y^q) / q with p = softmax(z).

    Parameters: q in (0, 1], by default 7/10.  For every z; 0 <= l < 1/q.  At q = 1 it is half of MAE, and
    for q -> 0 it tends to the cross entropy.
    Reference: Zhang, Sabuncu 2018.

    >>> print(GCE(q="1/2").recorded)
    (1 - softmax(z)[y]**(1/2))/(1/2)
    """

    q: Scalar = Parameter("q", above=0, at_most=1, default="7/10")

    def formula(self, z: Vec, y: Label) -> Term:
        return (1 - softmax(z)[y] ** self.q) / self.q
