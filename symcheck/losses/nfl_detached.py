"""The normalised focal loss as common code has it: with weights that have no derivative."""

from typing import final

from symcheck.language.functions import detach, log_softmax, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class NFLDetached(Loss):
    """l(z, y) = w_y log p_y / sum_j w_j log p_j with w_j = (1 - sg[p_j])^gamma, where sg stops the gradient.

    Parameters: gamma >= 0, by default 1/2.  For every z, with p = softmax(z).  Its value is that of the normalised
    focal loss; autograd takes every w_j for a constant, so that at z = 0, where they are equal, its gradient is that
    of ``nce`` for every gamma.
    Reference: Ma et al. 2020, as implemented there.

    >>> print(NFLDetached(gamma=1).recorded)
    ((1 - detach(softmax(z)))**1*log_softmax(z))[y]/total((1 - detach(softmax(z)))**1*log_softmax(z))
    """

    gamma: Scalar = Parameter("gamma", at_least=0, default="1/2")

    def formula(self, z: Vec, y: Label) -> Term:
        weighted = (1 - detach(softmax(z))) ** self.gamma * log_softmax(z)
        assert isinstance(weighted, Vec)
        return weighted[y] / total(weighted)
