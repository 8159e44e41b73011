"""Forward correction of noise that flips a class to the next one."""

from typing import final

from symcheck.language.classwise import MatrixParameter
from symcheck.language.functions import log, softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss

S = MatrixParameter("S", rule="cyclic", doubly_stochastic=True)
"""1 at (i, i + 1) and at (C, 1)."""


@final
class ForwardPairFlip(Loss):
    """l(z, y) = -log((1 - rho) p_y + rho p_(y-1)) with p = softmax(z), where p_(y-1) is p_C for y = 1.

    Parameters: 0 <= rho < 1/2, by default 3/10, the rate at which a class is taken for the next one.  S is the cyclic
    matrix with S_(i,i+1) = 1.  For every z; with three or more classes grad l(0, y) is no multiple of o_y, but the sum
    over y vanishes.  (From rho = 1/2 on two classes change places.)
    Reference: Patrini et al. 2017.

    >>> print(ForwardPairFlip(rho="3/10").recorded)
    -log(7/10*softmax(z)[y] + 3/10*apply_transposed(S, softmax(z))[y])
    """

    rho: Scalar = Parameter("rho", at_least=0, below="1/2", default="3/10")

    def formula(self, z: Vec, y: Label) -> Term:
        return -log((1 - self.rho) * softmax(z)[y] + self.rho * (S.T @ softmax(z))[y])
