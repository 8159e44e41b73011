"""A quadratic form of the logits."""

from typing import final

from symcheck.language.classwise import MatrixParameter, quadratic_form
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class QuadraticForm(Regularizer):
    """g(z) = z'Qz.

    Parameters: Q, a positive definite matrix, by default diag(1, ..., C)/2.  For every z; convex, with its only minimum
    at 0 and D^2 g(0) = 2Q.  A loss whose gradients share a drift c 1 is safe with it on linear families with shared
    features if Q 1 is parallel to 1, and not otherwise.
    Reference: Shoham, Avidor, Israel 2021, Theorem 1, where the matrix is called A.

    >>> print(QuadraticForm(Q="2, 1; 1, 3"))
    QuadraticForm(Q=((2, 1), (1, 3)))
    """

    Q = MatrixParameter("Q", positive_definite=True, default="diagonal")

    def formula(self, z: Vec) -> Term:
        return quadratic_form(self.Q, z)
