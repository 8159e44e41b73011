"""Cross entropy of a softmax whose largest entry is raised."""

from typing import final

from symcheck.language.functions import log, onehot_argmax, softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class EpsilonSoftmax(Loss):
    """l(z, y) = -log((p_y + m [y = argmax_j z_j]) / (1 + m)) with p = softmax(z).

    Parameters: m > 0, by default 1.  For every z; it jumps where the largest logits tie, as at z = 0.
    Reference: Wang et al. 2024.

    >>> print(EpsilonSoftmax(m=1).recorded)
    -log((softmax(z)[y] + 1*onehot_argmax(z)[y])/2)
    """

    m: Scalar = Parameter("m", above=0, default=1)

    def formula(self, z: Vec, y: Label) -> Term:
        return -log((softmax(z)[y] + self.m * onehot_argmax(z)[y]) / (1 + self.m))
