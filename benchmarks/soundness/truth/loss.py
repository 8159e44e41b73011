"""The truth about a loss at one point: b_y = grad l(0, y) for each y, its row in the table of THEORY 3, smoothness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from benchmarks.soundness.truth import numbers
from benchmarks.soundness.truth.germ import Germ
from benchmarks.soundness.truth.layout import apart, symmetric
from benchmarks.soundness.truth.numbers import ONE, ZERO, Number
from benchmarks.soundness.truth.point import Point
from symcheck.findings.tier import Tier
from symcheck.language.formula import Formula

MOST_LABELS = 21
"""Losses that treat classes differently are looked at with up to so many classes."""


@dataclass(frozen=True)
class LossTruth:
    """The ``formula`` at the ``point``; what needs a number that was not found raises ``NoOpinion``."""

    formula: Formula
    point: Point

    @cached_property
    def germs(self) -> list[Germ]:
        """The germ for each label, for one label where all classes are alike."""
        n = self.point.classes
        if not self.formula.is_classwise:
            return [Germ(self.formula, symmetric(n), self.point.values)]
        if n > MOST_LABELS:
            raise numbers.NoOpinion("too many classes that differ")
        return [Germ(self.formula, apart(n, y, dict(self.point.arrays)), self.point.values) for y in range(n)]

    @cached_property
    def has_value(self) -> bool:
        """Whether l(0, y) exists for every y."""
        return all(g.value is not None for g in self.germs)

    @cached_property
    def is_smooth(self) -> bool | None:
        """Whether l(., y) is C^2 near 0 for every y, None where this was not found."""
        found = [g.is_smooth for g in self.germs]
        return False if False in found else None if None in found else True

    @cached_property
    def gradients(self) -> list[list[Number]] | None:
        """b_y for each y, as far as the classes differ: the entry at the label and that at another class."""
        rows = []
        for g in self.germs:
            if g.gradient is None:
                return None
            rows.append(g.gradient if self.formula.is_classwise else g.gradient[:2])
        return rows

    @cached_property
    def kappa(self) -> Number | None:
        """The kappa of b_y = -kappa o_y + c 1 with one kappa and one c, of either sign; None if there is none."""
        rows = self.gradients
        if rows is None:
            return None
        first = numbers.subtract(rows[0][1], rows[0][0])
        wanted = _with_label(rows, first, rows[0][1])
        return (
            first
            if all(numbers.same(a, b) for r, w in zip(rows, wanted, strict=True) for a, b in zip(r, w, strict=True))
            else None
        )

    @cached_property
    def drift(self) -> Number | None:
        """The mean of the entries of b_y, where there is a kappa."""
        if self.kappa is None or self.gradients is None:
            return None
        other = self.gradients[0][1]
        return numbers.subtract(other, numbers.divide(self.kappa, Fraction(self.point.classes)))

    @cached_property
    def tier(self) -> Tier:
        """The row of the table."""
        rows = self.gradients
        if rows is None:
            return Tier.NONDIFF
        if all(numbers.is_zero(x) for row in rows for x in row):
            return Tier.ZERO
        kappa, drift = self.kappa, self.drift
        if kappa is not None and drift is not None:
            return _one_kappa(kappa, drift)
        n = len(rows)
        sums = [_total([row[k] for row in rows]) for k in range(n)]
        if all(map(numbers.is_zero, sums)):
            return Tier.SYMLIN
        if all(self._is_centred(y, row) for y, row in enumerate(rows)):
            return Tier.CLASSWISE
        return Tier.FAIL

    def _is_centred(self, y: int, row: Sequence[Number]) -> bool:
        """Whether b_y is a multiple of o_y."""
        others = [x for k, x in enumerate(row) if k != y]
        return all(numbers.same(x, others[0]) for x in others) and numbers.is_zero(_total(row))

    @property
    def meets_condition(self) -> bool:
        """Whether the tier is EXACT, SCALED or SYMLIN."""
        return self.tier in (Tier.EXACT, Tier.SCALED, Tier.SYMLIN)


def _one_kappa(kappa: Number, drift: Number) -> Tier:
    if numbers.sign(kappa) <= 0:
        return Tier.FAIL
    if not numbers.is_zero(drift):
        return Tier.QUOTIENT
    return Tier.EXACT if numbers.same(kappa, ONE) else Tier.SCALED


def _with_label(rows: Sequence[Sequence[Number]], kappa: Number, other: Number) -> list[list[Number]]:
    at_label = numbers.subtract(other, kappa)
    return [[at_label if k == y else other for k in range(len(row))] for y, row in enumerate(rows)]


def _total(entries: Sequence[Number]) -> Number:
    found: Number = ZERO
    for x in entries:
        found = numbers.add(found, x)
    return found
