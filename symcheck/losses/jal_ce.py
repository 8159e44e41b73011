"""Joint asymmetric loss: normalised cross entropy and the asymmetric mean square error."""

from typing import final

from symcheck.language.functions import log_softmax, mean, onehot, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class JALCE(Loss):
    """l(z, y) = alpha log p_y / sum_j log p_j + beta/C sum_j (p_j - a [j = y])^2 with p = softmax(z).

    Parameters: alpha > 0 and beta >= 0, by default 1 and 1; a >= 1, by default 10; alpha = 0 is left out: it leaves
    ``amse``.  For every z; bounded.
    Reference: Wang et al. 2025.

    >>> print(JALCE(alpha=1, beta=1, a=10).recorded)
    1*log_softmax(z)[y]/total(log_softmax(z)) + 1*mean((softmax(z) - 10*onehot(y))**2)
    """

    alpha: Scalar = Parameter("alpha", above=0, default=1)
    beta: Scalar = Parameter("beta", at_least=0, default=1)
    a: Scalar = Parameter("a", at_least=1, default=10)

    def formula(self, z: Vec, y: Label) -> Term:
        log_p = log_softmax(z)
        return self.alpha * log_p[y] / total(log_p) + self.beta * mean((softmax(z) - self.a * onehot(y)) ** 2)
