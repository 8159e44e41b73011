"""The label-distribution-aware margin loss."""

from typing import final

from symcheck.language.classwise import ClassParameter
from symcheck.language.functions import log_softmax, onehot
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class LDAM(Loss):
    """l(z, y) = -log softmax(s (z - m_y e_y))_y.

    Parameters: m, a class-vector of margins m_k >= 0, by default proportional to k; s > 0, by default 1.  For every z;
    with equal margins it is the CosFace loss of the logits, otherwise the classes carry different weights.
    Reference: Cao et al. 2019.

    >>> print(LDAM(s=1).recorded)
    -log_softmax(1*(z - m*onehot(y)))[y]
    """

    m = ClassParameter("m", at_least=0, default="proportional")
    s: Scalar = Parameter("s", above=0, default=1)

    def formula(self, z: Vec, y: Label) -> Term:
        return -log_softmax(self.s * (z - self.m * onehot(y)))[y]
