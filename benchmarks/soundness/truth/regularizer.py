"""The truth about a regularizer at one point: smooth, stationary at 0, and whether its Hessian is positive definite."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from benchmarks.soundness.truth import numbers
from benchmarks.soundness.truth.germ import Germ
from benchmarks.soundness.truth.layout import apart, symmetric
from benchmarks.soundness.truth.numbers import NoOpinion, Number
from benchmarks.soundness.truth.point import Point
from symcheck.language.formula import Formula

MOST_ROWS = 12
"""Regularizers that treat classes differently are looked at with up to so many classes."""


@dataclass(frozen=True)
class RegularizerTruth:
    """The ``formula`` at the ``point``; what needs a number that was not found raises ``NoOpinion``."""

    formula: Formula
    point: Point

    @cached_property
    def germ(self) -> Germ:
        """The germ at z = 0."""
        n = self.point.classes
        if not self.formula.is_classwise:
            return Germ(self.formula, symmetric(n), self.point.values)
        if n > MOST_ROWS:
            raise NoOpinion("too many classes that differ")
        return Germ(self.formula, apart(n, 0, dict(self.point.arrays)), self.point.values)

    @property
    def has_value(self) -> bool:
        """Whether g(0) exists."""
        return self.germ.value is not None

    @property
    def is_smooth(self) -> bool | None:
        """Whether g is C^2 near 0, None where this was not found."""
        return self.germ.is_smooth

    @cached_property
    def is_stationary(self) -> bool:
        """Whether grad g(0) exists and is 0."""
        gradient = self.germ.gradient
        return gradient is not None and all(map(numbers.is_zero, gradient))

    @cached_property
    def eigenvalues(self) -> tuple[Number, Number]:
        """s and s + C t of D^2 g(0) = s I + t 11', for a g that treats all classes alike."""
        diagonal, other = self.germ.hessian_entry(0, 0), self.germ.hessian_entry(0, 1)
        along = numbers.add(diagonal, numbers.multiply(Fraction(self.point.classes - 1), other))
        return numbers.subtract(diagonal, other), along

    def is_definite(self, *, quotient: bool) -> bool | None:
        """Whether D^2 g(0) is positive definite on R^C or on the quotient by 1; None if there is no Hessian."""
        if not self.germ.is_differentiable or not self.germ.is_quadratic:
            return None
        if not self.formula.is_classwise:
            across, along = self.eigenvalues
            return numbers.sign(across) > 0 and (quotient or numbers.sign(along) > 0)
        return _is_definite(self._across() if quotient else self._rows)

    @cached_property
    def _rows(self) -> list[list[Number]]:
        groups = self.germ.layout.groups
        return [[self.germ.hessian_entry(g, h) for h in groups] for g in groups]

    def _across(self) -> list[list[Number]]:
        """The Hessian in the basis e_k - e_C."""
        h, last = self._rows, len(self._rows) - 1

        def entry(i: int, j: int) -> Number:
            outer = numbers.add(h[i][j], h[last][last])
            return numbers.subtract(outer, numbers.add(h[i][last], h[last][j]))

        return [[entry(i, j) for j in range(last)] for i in range(last)]


def _is_definite(rows: list[list[Number]]) -> bool:
    """By the pivots of the LDL' of a symmetric matrix."""
    left = [list(row) for row in rows]
    for k, row in enumerate(left):
        if numbers.sign(row[k]) <= 0:
            return False
        for below in left[k + 1 :]:
            factor = numbers.divide(below[k], row[k])
            for j in range(k + 1, len(row)):
                below[j] = numbers.subtract(below[j], numbers.multiply(factor, row[j]))
    return True
