"""The Jensen-Shannon divergence of softmax and the uniform distribution."""

from typing import final

from symcheck.language.functions import log, log_softmax, mean, softmax, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class JSUniform(Regularizer):
    """g(z) = 1/2 KL(p||m) + 1/2 KL(u||m) with m = (p + u)/2, p = softmax(z) and u uniform.

    For every z; 0 <= g < log 2.  It does not change under z -> z + t (1, ..., 1); D^2 g(0) is 1/(4 C) times the
    projection on the complement of (1, ..., 1).
    Reference: Lin 1991.

    >>> print(JSUniform().recorded)
    (total(softmax(z)*(log_softmax(z) - log((softmax(z) + 1/C)/2))) - mean(log((softmax(z) + 1/C)/2)) - log(C))/2
    """

    def formula(self, z: Vec) -> Term:
        p, log_m = softmax(z), log((softmax(z) + 1 / z.C) / 2)
        return (total(p * (log_softmax(z) - log_m)) - mean(log_m) - log(z.C)) / 2
