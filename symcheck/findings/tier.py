"""Tiers: which form of the gradient condition a loss meets (THEORY 3), best first."""

from __future__ import annotations

from enum import Enum


class Tier(Enum):
    """The form of b_y = grad l(0, y), the best first; o_y = e_y - 1/C.

    >>> import symcheck as sc
    >>> sc.certify("mae", "l2").tier.name
    'SCALED'
    >>> [tier.name for tier in sc.Tier if tier.meets_condition]
    ['EXACT', 'SCALED', 'SYMLIN']

    Source: docs/theory.md, section 3.
    """

    EXACT = "b_y = -o_y: the paper's condition"
    SCALED = "b_y = -kappa o_y with one kappa > 0: the condition after rescaling lambda"
    SYMLIN = "sum_y b_y = 0, and no one kappa: the linear part is symmetric"
    QUOTIENT = "b_y = -kappa o_y + c 1 with one kappa > 0 and one c != 0: a drift that all classes share"
    CLASSWISE = "b_y = -kappa_y o_y, the kappa_y not all equal: the classes carry different weights"
    ZERO = "b_y = 0 for every y: no signal at 0"
    NONDIFF = "the gradient at 0 does not exist for some y"
    FAIL = "none of the other forms: kappa < 0, or a drift that is not shared by all classes"

    @property
    def rank(self) -> int:
        """0 for the best tier; the tier of a scope is the worst one that occurs in it."""
        # In the order in which they are declared above, best first.
        return list(Tier).index(self)

    @property
    def meets_condition(self) -> bool:
        """Whether noise moves nothing in the limit, by this tier alone: sum_y b_y = 0 with a signal."""
        return self in (Tier.EXACT, Tier.SCALED, Tier.SYMLIN)

    def __str__(self) -> str:
        return self.name
