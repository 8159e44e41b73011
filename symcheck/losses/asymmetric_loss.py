"""The asymmetric loss of multi-label classification, ASL."""

from typing import ClassVar, final

from symcheck.entry import Value
from symcheck.language.functions import log, relu, sigmoid, softplus, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class AsymmetricLoss(Loss):
    """l(z, y) = -(1 - s_y)^gamma_plus log s_y - sum_{j != y} q_j^gamma_minus log(1 - q_j) with q_j = max(0, s_j - m).

    There s_j = 1/(1 + exp(-z_j)).  Parameters: gamma_plus >= 0, by default 0; gamma_minus >= 0, by default 4; 0 <= m
    < 1/2, which is 0 unless it is given, as a number or as a free parameter.  For every z; l > 0, and near z = 0 all
    s_j are above m.  With both gammas and m at 0 it is ``one_vs_rest_logistic``.
    Reference: Ridnik et al. 2021.

    >>> print(AsymmetricLoss(gamma_plus=1, gamma_minus=4, m="1/20").recorded)
    sigmoid(-z[y])**1*softplus(-z[y]) - total(relu(sigmoid(z) - 1/20)**4*log(1 - relu(sigmoid(z) - 1/20)), but=y)
    """

    also: ClassVar[tuple[str, ...]] = ("asl",)
    gamma_plus: Scalar = Parameter("gamma_plus", at_least=0, default=0)
    gamma_minus: Scalar = Parameter("gamma_minus", at_least=0, default=4)
    m: Scalar = Parameter("m", at_least=0, below="1/2", default=0)

    def __init__(self, **values: Value) -> None:
        super().__init__(**{"m": 0, **values})

    def formula(self, z: Vec, y: Label) -> Term:
        label = sigmoid(-z[y]) ** self.gamma_plus * softplus(-z[y])
        q = relu(sigmoid(z) - self.m)
        return label - total(q**self.gamma_minus * log(1 - q), but=y)
