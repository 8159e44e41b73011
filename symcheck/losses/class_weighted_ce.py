"""The cross entropy with class weights."""

from typing import final

from symcheck.language.classwise import ClassParameter
from symcheck.language.functions import log_softmax
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class ClassWeightedCE(Loss):
    """l(z, y) = -w_y log p_y with p = softmax(z).

    Parameters: w, a class-vector of weights w_k > 0, by default 1, 1.1, 1.2, ...  For every z; with equal weights it
    is w times the cross entropy, otherwise noise moves the limit: grad l(0, y) = -w_y o_y.
    Reference: Cui et al. 2019 (class-balanced weights).

    >>> print(ClassWeightedCE(w=(1, 10, 1)))
    ClassWeightedCE(w=(1, 10, 1))
    """

    w = ClassParameter("w", above=0, default="rising")

    def formula(self, z: Vec, y: Label) -> Term:
        return -self.w[y] * log_softmax(z)[y]
