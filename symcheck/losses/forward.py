"""Forward correction with a transition matrix."""

from typing import final

from symcheck.language.classwise import MatrixParameter
from symcheck.language.functions import log, softmax
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class Forward(Loss):
    """l(z, y) = -log sum_i T_iy p_i with p = softmax(z).

    Parameters: T, a matrix with T_ij = P(noisy j given clean i) >= 0, rows with the sum 1, T_ii > 0; by default a flip
    of 3/10 to the next class.  For every z; d l(0, y)/d z_i = -T_iy/s_y + 1/C, s_y = sum_i T_iy, so the sum over y
    vanishes where T is doubly stochastic.
    Reference: Patrini et al. 2017.

    >>> print(Forward().recorded)
    -log(apply_transposed(T, softmax(z))[y])
    """

    T = MatrixParameter("T", at_least=0, rows_sum=1, positive_diagonal=True, default="pair_flip")

    def formula(self, z: Vec, y: Label) -> Term:
        return -log((self.T.T @ softmax(z))[y])
