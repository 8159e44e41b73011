"""Backward correction of uniform label noise."""

from typing import ClassVar, final

from symcheck.language.functions import log_softmax, mean
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class BackwardUniform(Loss):
    """l(z, y) = (-log p_y + (1 - a)/C sum_k log p_k)/a with p = softmax(z).

    Parameters: 0 < a <= 1, by default 2/3; a = 1 - rho C/(C - 1) for uniform noise of rate rho, and the loss is the
    inverse of its transition matrix applied to the cross entropies of all labels.  For every z.
    Reference: Patrini et al. 2017; Natarajan et al. 2013 for two classes.

    >>> print(BackwardUniform(a=1).recorded)
    (-log_softmax(z)[y] + 0*mean(log_softmax(z)))/1
    """

    noise_factor: ClassVar[str] = "a"
    a: Scalar = Parameter("a", above=0, at_most=1, default="2/3")

    def formula(self, z: Vec, y: Label) -> Term:
        return (-log_softmax(z)[y] + (1 - self.a) * mean(log_softmax(z))) / self.a
