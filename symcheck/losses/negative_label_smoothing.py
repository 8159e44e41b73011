"""Cross entropy with labels that are sharpened beyond one-hot."""

from typing import ClassVar, final

from symcheck.language.functions import log_softmax, mean
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class NegativeLabelSmoothing(Loss):
    """l(z, y) = -(1 - r) log p_y - (r/C) sum_k log p_k with p = softmax(z) and r < 0.

    Parameters: r < 0, by default -2/5.  For every z; convex.  It is (1 - r) MUH + KL(u||p) + log C, as
    ``label_smoothing`` is for r >= 0.
    Reference: Wei et al. 2022.

    >>> print(NegativeLabelSmoothing(r="-2/5").recorded)
    (-7/5)*log_softmax(z)[y] - (-2/5)*mean(log_softmax(z))
    """

    also: ClassVar[tuple[str, ...]] = ("generalised_label_smoothing", "gls")
    r: Scalar = Parameter("r", below=0, default="-2/5")

    def formula(self, z: Vec, y: Label) -> Term:
        log_p = log_softmax(z)
        return -(1 - self.r) * log_p[y] - self.r * mean(log_p)
