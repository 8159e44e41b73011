"""The focal loss of sigmoids, one against the rest."""

from typing import final

from symcheck.language.functions import sigmoid, softplus, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class SigmoidFocal(Loss):
    """l(z, y) = -(1 - s_y)^gamma log s_y - sum_{j != y} s_j^gamma log(1 - s_j) with s_j = 1/(1 + exp(-z_j)).

    Parameters: gamma >= 0, by default 2.  For every z; l > 0.  Summed over the classes, and without the weight alpha
    of the paper.  At gamma = 0 it is ``one_vs_rest_logistic``.
    Reference: Lin et al. 2017.

    >>> print(SigmoidFocal(gamma=2).recorded)
    sigmoid(-z[y])**2*softplus(-z[y]) + total(sigmoid(z)**2*softplus(z), but=y)
    """

    gamma: Scalar = Parameter("gamma", at_least=0, default=2)

    def formula(self, z: Vec, y: Label) -> Term:
        label = sigmoid(-z[y]) ** self.gamma * softplus(-z[y])
        return label + total(sigmoid(z) ** self.gamma * softplus(z), but=y)
