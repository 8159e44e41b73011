"""The r-th power norm of softmax for r < 1, a penalty that asks for sparse outputs."""

from __future__ import annotations

from typing import ClassVar, final

from symcheck.language.functions import softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class PowerOfP(Regularizer):
    """g(z) = ||p||_r^r = sum_i p_i^r with p = softmax(z).

    Parameters: 0 < r < 1, by default 1/10.  For every z; 1 < g <= C^(1 - r), with its maximum at 0.
    Reference: Zhou et al. 2021.

    >>> print(PowerOfP(r="1/2").recorded)
    total(softmax(z)**(1/2))
    """

    reference: ClassVar[str] = "Zhou et al. 2021"
    r: Scalar = Parameter("r", above=0, below=1, default="1/10")

    def formula(self, z: Vec) -> Term:
        return total(softmax(z) ** self.r)
