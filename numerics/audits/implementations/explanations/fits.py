"""One number in a formula, fitted to what the code returns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from numerics.audits.implementations.compared import SURE, Compared
from numerics.audits.implementations.evidence import Evidence
from numerics.audits.implementations.formula_runs import values_at
from numerics.audits.implementations.measured import Measured
from numerics.audits.implementations.numbers import written
from symcheck.language.formula import Formula

STEPS = 60
"""Halvings of an interval in which the number lies."""


def fitted(evidence: Evidence, formula: Formula, name: str, tried: Sequence[float]) -> float | None:
    """The value of the parameter ``name`` at which ``formula`` explains the code: one that is ``tried``, or between.

    It is the written number where one is close enough.
    """
    evidence.budget.check()
    for point in _points(evidence):
        miss = _Miss(evidence, formula, name, *point)
        candidates = list(_candidates(miss, sorted(dict.fromkeys(tried))))
        for value in candidates:
            if evidence.explains(formula, {name: value}):
                return value
        # What explains one point at no value explains the others at none.
        if not candidates:
            return None
    return None


def _candidates(miss: Callable[[float], float], tried: Sequence[float]) -> Iterator[float]:
    """Where ``miss`` is 0: at a number that was tried, or where it changes its sign."""
    known = [(t, m) for t in tried if math.isfinite(m := miss(t))]
    yield from (t for t, m in known if abs(m) < 1e-9)
    for (low, left), (high, right) in pairwise(known):
        if left * right < 0:
            root = _root(miss, low, high, rises=left < 0)
            number = written(root)
            yield from ([] if number is None else [float(number)])
            yield root


def _root(miss: Callable[[float], float], low: float, high: float, *, rises: bool) -> float:
    """Where ``miss`` changes its sign between the two: in steps of the logarithm if both are positive and far apart."""
    for _ in range(STEPS):
        far = low > 0 and high / low > 4
        middle = math.sqrt(low * high) if far else (low + high) / 2
        if middle in (low, high):
            break
        if (miss(middle) < 0) == rises:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _points(evidence: Evidence) -> Iterator[tuple[Measured, int]]:
    """The point at which the formula is furthest from the code, and some at which it is less far: one may be flat."""
    furthest = max(evidence.compared, key=lambda c: float(c.value_excess.max()))
    order = furthest.value_excess.argsort(descending=True).tolist()
    yield furthest.code, order[0]
    near = [place for place in order if _counts(furthest, place)]
    for quarter in (1, 2, 3) if len(near) > 1 else ():
        yield furthest.code, near[quarter * len(near) // 4]


def _counts(compared: Compared, place: int) -> bool:
    return bool(compared.value_known[place]) and float(compared.value_excess[place]) > SURE


class _Miss:
    """The formula at a value of the parameter less the code, at one point."""

    def __init__(self, evidence: Evidence, formula: Formula, name: str, code: Measured, place: int) -> None:
        self._formula, self._name, self._numbers = formula, name, evidence.asked.numbers
        self._z, self._y = code.z[place : place + 1], code.y[place : place + 1]
        self._wanted = float(code.values[place])

    def __call__(self, value: float) -> float:
        found = values_at(self._formula, self._z, self._y, self._numbers | {self._name: value})
        return math.nan if found is None else float(found) - self._wanted
