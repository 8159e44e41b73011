"""Comparisons of the number of classes: what they say of all C, or of which C they say it."""

from __future__ import annotations

import operator
from fractions import Fraction
from typing import NamedTuple

from symcheck.intake.torch.axes import NeedsClasses
from symcheck.language.scope import Classes

USUAL = 10
"""Of the two sides of a bound that is taken on which this C is."""


class Side(NamedTuple):
    """The comparison ``holds``, or does not, for low, ..., high classes; without ``high`` for all from low on."""

    holds: bool
    low: int
    high: int | None


def side_of(scope: Classes, name: str, other: Fraction) -> Side:
    """The outcome of ``C == other``, ``C < other`` and so on for all of ``scope``, or else for the C of one side.

    For two classes code often goes a way of its own, which is left out.  A number from 3 on that C is equal to, or is
    not, is the number of classes that the code is for: raises ``NeedsClasses``.
    """
    compare = getattr(operator, name)
    # An outcome changes at the number itself: what holds on both sides of it holds all the way to the ends.
    beside = int(other)
    numbers = {scope.low, *(c for c in range(beside - 1, beside + 3) if c in scope)}
    numbers.add(max(scope.low, beside) + 2 if scope.high is None else scope.high)
    outcomes = {bool(compare(c, other)) for c in numbers}
    if len(outcomes) == 1:
        return Side(outcomes.pop(), scope.low, scope.high)
    if name in ("eq", "ne") and other > 2:
        raise NeedsClasses(beside, f"the number of classes is compared with {other}")
    holds = name == "ne" if name in ("eq", "ne") else bool(compare(USUAL, other))
    kept = [c for c in numbers if bool(compare(c, other)) is holds]
    return Side(holds, min(kept), scope.high if max(numbers) in kept else max(kept))
