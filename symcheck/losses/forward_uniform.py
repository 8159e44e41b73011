"""Forward correction of uniform label noise."""

from typing import ClassVar, final

from symcheck.language.functions import log, softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class ForwardUniform(Loss):
    """l(z, y) = -log(a p_y + (1 - a)/C) with p = softmax(z).

    Parameters: 0 < a <= 1, by default 2/3; a = 1 - rho C/(C - 1) for uniform noise of rate rho, whose transition matrix
    is a I + (1 - a)/C 11'.  For every z; at a = 1 it is the cross entropy.
    Reference: Patrini et al. 2017.

    >>> print(ForwardUniform(a="2/3").recorded)
    -log(2/3*softmax(z)[y] + 1/3/C)
    """

    noise_factor: ClassVar[str] = "a"
    a: Scalar = Parameter("a", above=0, at_most=1, default="2/3")

    def formula(self, z: Vec, y: Label) -> Term:
        return -log(self.a * softmax(z)[y] + (1 - self.a) / z.C)
