"""Active negative loss: normalised cross entropy and a normalised negative cross entropy."""

from typing import ClassVar, final

from symcheck.language.functions import log, log_softmax, maximum, softmax, total
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class ANLCE(Loss):
    """l(z, y) = alpha log p_y / sum_j log p_j + beta (1 - (A + log q_y) / sum_j (A + log q_j)) with p = softmax(z).

    There q_j = max(p_j, p_min) and A = -log p_min.  Parameters: alpha > 0 and beta >= 0, by default 5 and 5; 0 <
    p_min < 1/10000, by default 1/10000000; alpha = 0 is left out: it leaves the negative loss.  For at most 10000
    classes, so that p_min < 1/C and the sum is above 0 for every z.  Bounded, and sum_y l(z, y) is constant.  The
    paper adds a penalty on the weights, which is no function of z.
    Reference: Ye et al. 2023.

    >>> ANLCE(beta=5).parameters
    (Parameter alpha in (0, oo), default 5, Parameter p_min in (0, 1/10000), default 1/10000000)
    """

    classes: ClassVar[Classes] = Classes(2, 10000)
    alpha: Scalar = Parameter("alpha", above=0, default=5)
    beta: Scalar = Parameter("beta", at_least=0, default=5)
    p_min: Scalar = Parameter("p_min", above=0, below="1/10000", default="1/10000000")

    def formula(self, z: Vec, y: Label) -> Term:
        def above(p: Term) -> Term:
            return log(maximum(p, self.p_min)) - log(self.p_min)

        p, log_p = softmax(z), log_softmax(z)
        return self.alpha * log_p[y] / total(log_p) + self.beta * (1 - above(p[y]) / total(above(p)))
