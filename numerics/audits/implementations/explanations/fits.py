"""One number in a formula, fitted to what the code returns."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import torch

from numerics.audits.implementations.evidence import Evidence
from numerics.audits.implementations.formula_runs import values_at
from numerics.audits.implementations.measured import Measured
from numerics.audits.implementations.numbers import written
from symcheck.language.formula import Formula

STEPS = 60
"""Halvings of an interval in which the number lies."""

MOST_POINTS = 4
"""So many points are looked at until the number is found: those at which the formula is furthest from the code."""


def fitted(evidence: Evidence, formula: Formula, name: str, tried: Sequence[float]) -> float | None:
    """The value of the parameter ``name`` at which ``formula`` explains the code, near those ``tried`` or between two.

    It is the written number where one is close enough.
    """
    evidence.budget.check()
    misses = _Misses(evidence, formula, name)
    starts = sorted(dict.fromkeys(tried))
    found = [(misses.at(t), t) for t in starts]
    known = [(m, t) for m, t in found if math.isfinite(m)]
    for left, right in pairwise(known):
        if (left[0] < 0) != (right[0] < 0):
            root = _root(misses.at, left[1], right[1])
            for value in dict.fromkeys((_plain(root), root)):
                if evidence.explains(formula, {name: value}):
                    return value
    for miss, t in known:
        if miss == 0 and evidence.explains(formula, {name: t}):
            return t
    return None


def _plain(value: float) -> float:
    number = written(value)
    return value if number is None else float(number)


def _root(miss: Callable[[float], float], low: float, high: float) -> float:
    """Where ``miss`` changes its sign between the two: in steps of the logarithm if both are positive and far apart."""
    log = low > 0 and high / low > 4
    left = miss(low) < 0
    for _ in range(STEPS):
        middle = math.sqrt(low * high) if log else (low + high) / 2
        if middle in (low, high):
            break
        if (miss(middle) < 0) == left:
            low = middle
        else:
            high = middle
    return (low + high) / 2


class _Misses:
    """By how much the formula misses the code at the point that tells most of the number."""

    def __init__(self, evidence: Evidence, formula: Formula, name: str) -> None:
        self._formula, self._name, self._numbers = formula, name, evidence.asked.numbers
        excess = [float(c.value_excess.max()) for c in evidence.compared]
        compared = evidence.compared[excess.index(max(excess))]
        self._code: Measured = compared.code
        order = compared.value_excess.argsort(descending=True)[:MOST_POINTS]
        self._places = order[compared.value_known[order]][:1]

    def at(self, value: float) -> float:
        """The formula at ``value`` less the code."""
        if not len(self._places):
            return math.nan
        numbers = self._numbers | {self._name: value}
        z, y = self._code.z[self._places], self._code.y[self._places]
        found = values_at(self._formula, z, y, numbers)
        return math.nan if found is None else float(torch.sum(found - self._code.values[self._places]))
