"""What a theorem is: a statement with conditions that are decided and assumptions that stay open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcheck.finding import Condition
from symcheck.tier import Tier
from symcheck.verdict import Verdict, conjunction

if TYPE_CHECKING:
    from sympy import Expr

NO_TIES = "no ties in the limit scores (before predictions are compared)"
FINITE_MOMENTS = "a finite sample, or domination so that limits pass under the expectation"
SIGNAL = "E[b_Y phi'] != 0: the labels are not independent of the features"


@dataclass(frozen=True)
class Facts:
    """What has been decided about a pair (l, g): the material that theorems are applied to.

    ``findings`` by condition; ``tier`` the worst in the scope (None if undecided); ``quotient`` whether the
    pair is judged on R^C/(1, ..., 1); ``degree`` the k of g(tz) = t^k g(z) if it has one; ``quadratic``
    whether l is a polynomial of degree at most 2 in z with a label-free quadratic part, ``linear`` whether of
    degree at most 1.  ``drift``: whether d = (1/C) sum_k b_k is a multiple of D^2 g(0) (1, ..., 1), None where the
    symmetry of l and g makes it one; REFUTED means that there are data for which a limit prediction turns.
    """

    findings: Mapping[Condition, Verdict]
    tier: Tier | None
    quotient: bool
    degree: Expr | None
    linear: bool
    quadratic: bool
    drift: Verdict | None = None

    def verdict(self, *conditions: Condition) -> Verdict:
        """The verdict on all the ``conditions`` together."""
        return conjunction(self.findings[c] for c in conditions)


@dataclass(frozen=True, kw_only=True)
class Theorem:
    """``name`` and ``place`` in the paper (or "beyond the paper"); ``statement`` in LaTeX; what it ``concludes``
    for a pair it applies to; the ``assumptions`` on model and data that stay open; its ``deviation`` from print.

    ``applies`` decides the conditions on (l, g) from the facts.  Stronger theorems have a lower ``rank``.
    """

    name: str
    place: str
    statement: str
    concludes: str
    assumptions: tuple[str, ...]
    applies: Callable[[Facts], Verdict]
    deviation: str
    rank: int
    about_minimisers: bool = True
    """Whether it speaks of minimisers of l and g, and not only of points where the derivative is 0."""


def local_conditions(facts: Facts) -> Verdict:
    """The conditions of Theorem 2: smooth l and g, the gradient condition, and a definite Hessian."""
    return facts.verdict(
        Condition.LOSS_SMOOTH,
        Condition.LOSS_GRADIENT,
        Condition.REGULARIZER_SMOOTH,
        Condition.REGULARIZER_GRADIENT,
        Condition.REGULARIZER_CURVATURE,
    )
