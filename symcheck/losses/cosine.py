"""The cosine loss."""

from typing import ClassVar, final

from symcheck.language.functions import sqrt, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss


@final
class Cosine(Loss):
    """l(z, y) = 1 - z_y / ||z||.

    For every z but 0, where it has no limit: it is constant along every ray, so it has no gradient at 0.  0 <= l <=
    2.
    Reference: Barz, Denzler 2020.

    >>> print(Cosine().recorded)
    1 - z[y]/sqrt(total(z**2))
    """

    also: ClassVar[tuple[str, ...]] = ("cosine_loss",)

    def formula(self, z: Vec, y: Label) -> Term:
        return 1 - z[y] / sqrt(total(z**2))
