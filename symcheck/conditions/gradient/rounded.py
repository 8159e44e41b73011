"""Losses with rounded class-vectors or matrices, refuted by balls around all that these may be.

Each derivative d l(0, y)/d z_k is a ball, from a power series along e_k in which every rounded entry is a ball.
With two entries of some b_y off the label apart, and some sum over y apart from 0, no choice of the numbers
within their intervals gives b_y = -kappa_y o_y + c_y 1 for all y, nor sum_y b_y = 0: the tier is FAIL (THEORY 3).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from flint import arb

from symcheck.budget import Budget
from symcheck.conditions.agreement.points import ArrayPoint, array_points
from symcheck.conditions.cases.witness_points import decimals
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.explicit.explicit import directional
from symcheck.reason import Undecided

MOST_CLASSES = 100
"""With more classes a derivative takes long."""

FEW = 3
"""So many labels and so many logits are looked at."""


def failing_gradient(formula: Formula, scope: Scope, budget: Budget) -> Finding | None:
    """That the gradients of a loss with rounded arrays have the tier FAIL, at one C, if balls show it."""
    n = scope.classes.fixed
    if n is None or n > MOST_CLASSES or not any(a.is_rounded for a in formula.arrays):
        return None
    point = next(array_points(formula, scope, n), None)
    if point is None:
        return None
    given = point.formula(formula)

    def derivative(y: int, k: int) -> arb:
        budget.check()
        unit = [int(i == k) for i in range(n)]
        return directional(given, n, unit, {}, order=2, y=y + 1, one_sided=False)[1]

    try:
        return _failing(point, derivative) if _bends(derivative, n) else None
    except Undecided:
        return None


def _bends(derivative: Callable[[int, int], arb], n: int) -> bool:
    """Whether two entries of some b_y off the label are shown to be different."""
    for y in range(min(n, FEW)):
        row = [derivative(y, k) for k in range(min(n, FEW + 1)) if k != y]
        # Balls that overlap prove nothing: somewhere in the intervals the two may be equal.
        if any(not a.overlaps(b) for a, b in pairwise(row)):
            return True
    return False


def _failing(point: ArrayPoint, derivative: Callable[[int, int], arb]) -> Finding | None:
    n = point.classes
    sums = [(k, sum((derivative(y, k) for y in range(n)), arb(0))) for k in range(min(n, FEW))]
    # Bends alone would leave SYMLIN, which meets the condition: the sum has to be apart from 0 as well.
    known = [pair for pair in sums if not pair[1].contains(0)]
    return _finding(point, *max(known, key=lambda pair: pair[1].rel_accuracy_bits())) if known else None


def _finding(point: ArrayPoint, k: int, value: arb) -> Finding:
    name = f"the sum over y of d l(0, y)/d z_{k + 1}"
    shown, decimal = decimals(value)
    witness = point.witness(name, shown, "0", decimal)
    detail = f"tier {Tier.FAIL} at C = {point.classes}: {Tier.FAIL.value}"
    return Finding(Condition.LOSS_GRADIENT, Verdict.REFUTED, detail, Trust.BALL, witness=witness)
