"""Label smoothing with the sign that the seed paper prints."""

from typing import final

from symcheck.language.functions import log_softmax, total
from symcheck.language.term import Term, Vec
from symcheck.regularizers.base import Regularizer


@final
class LabelSmoothingAsPrinted(Regularizer):
    """g(z) = sum_i log p_i with p = softmax(z).

    For every z; concave, with its maximum at 0: a slip of sign.  What is meant is -sum_i log p_i, which is C
    times ``label_smoothing_penalty`` and a constant.
    Reference: Shoham, Avidor, Israel 2021, section 6, as printed.

    >>> print(LabelSmoothingAsPrinted().recorded)
    total(log_softmax(z))
    """

    def formula(self, z: Vec) -> Term:
        return total(log_softmax(z))
