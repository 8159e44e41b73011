"""The bi-tempered logistic loss: a tempered logarithm of a tempered softmax."""

from typing import final

from symcheck.language.functions import entmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class BiTempered(Loss):
    """l(z, y) = (1 - p_y^(1 - t1))/(1 - t1) - (1 - sum_k p_k^(2 - t1))/(2 - t1), p_k = exp_t(z_k - lambda), t = t2.

    ``exp_t(x) = [1 + (1 - t) x]_+^(1/(1 - t))``, exp_1 = exp, and lambda(z) is such that sum_k p_k = 1: p is the entmax
    with alpha = 2 - t2.

    Parameters: 0 <= t1 < 1, by default 4/5, and t2 >= 1, by default 6/5; for t2 = 1 p is the softmax.  For every z;
    0 <= l <= 1/(1 - t1).
    Reference: Amid, Warmuth, Anil, Koren 2019.

    >>> print(BiTempered(t1=0, t2=2).recorded)
    (1 - entmax(z, 0)[y]**1)/1 - (1 - total(entmax(z, 0)**2))/2
    """

    t1: Scalar = Parameter("t1", at_least=0, below=1, default="4/5")
    t2: Scalar = Parameter("t2", at_least=1, default="6/5")

    def formula(self, z: Vec, y: Label) -> Term:
        p, t1 = entmax(z, 2 - self.t2), self.t1
        return (1 - p[y] ** (1 - t1)) / (1 - t1) - (1 - total(p ** (2 - t1))) / (2 - t1)
