"""The Brier score of softmax."""

from typing import final

from symcheck.language.functions import onehot, softmax, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class Brier(Loss):
    """l(z, y) = ||p - e_y||^2 = sum_j (p_j - [j = y])^2 with p = softmax(z).

    For every z; 0 <= l < 2.
    Reference: Brier 1950; with label noise Ghosh, Kumar, Sastry 2017.

    >>> print(Brier().recorded)
    total((softmax(z) - onehot(y))**2)
    """

    def formula(self, z: Vec, y: Label) -> Term:
        return total((softmax(z) - onehot(y)) ** 2)
