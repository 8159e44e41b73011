"""The truth about a pair (l, g) at one point: whether it meets the conditions of Theorem 2 up to scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from benchmarks.soundness.truth.germ import Germ
from benchmarks.soundness.truth.loss import LossTruth
from benchmarks.soundness.truth.numbers import NoOpinion, Undefined
from benchmarks.soundness.truth.point import Point
from benchmarks.soundness.truth.regularizer import RegularizerTruth
from symcheck.language.formula import Formula

SHIFTS = (Fraction(1, 50), Fraction(7, 3))
"""Values are compared that far along (1, ..., 1): close to 0 and away from it."""


@dataclass(frozen=True)
class PairTruth:
    """``loss`` and ``regularizer`` at the ``point``."""

    loss: LossTruth
    regularizer: RegularizerTruth

    @classmethod
    def at(cls, loss: Formula, regularizer: Formula, point: Point) -> PairTruth:
        """The truth about these formulas."""
        return cls(LossTruth(loss, point.of(loss)), RegularizerTruth(regularizer, point.of(regularizer)))

    @property
    def has_value(self) -> bool:
        """Whether both have a value at z = 0."""
        return self.loss.has_value and self.regularizer.has_value

    @cached_property
    def is_shift_invariant(self) -> bool | None:
        """Whether l and g do not change under z + t 1; None where they do so close to 0 only, or it was not found."""
        near, far = (all(not _moves(g, t) for g in self._germs) for t in SHIFTS)
        return False if not near else True if far else None

    @property
    def _germs(self) -> list[Germ]:
        return [*self.loss.germs, self.regularizer.germ]

    @cached_property
    def is_definite(self) -> bool | None:
        """Whether D^2 g(0) is positive definite on R^C or, if both are shift-invariant, on the quotient."""
        g = self.regularizer
        if g.is_definite(quotient=False):
            return True
        if g.is_definite(quotient=True) is not True:
            return g.is_definite(quotient=True)
        return self.is_shift_invariant

    @cached_property
    def holds(self) -> bool | None:
        """Whether all conditions hold; None where one was not found and none fails."""
        return conjunction([
            self.has_value,
            known(lambda: self.loss.meets_condition),
            known(lambda: self.regularizer.is_stationary),
            known(lambda: self.loss.is_smooth),
            known(lambda: self.regularizer.is_smooth),
            known(lambda: self.is_definite),
        ])  # fmt: skip


def conjunction(answers: Iterable[bool | None]) -> bool | None:
    """False if one of them is, else None if one of them is, else True."""
    found = list(answers)
    return False if False in found else None if None in found else True


def known(question: Callable[[], bool | None]) -> bool | None:
    """The answer to ``question``, None where there is no opinion."""
    try:
        return question()
    except (NoOpinion, Undefined):
        return None


def _moves(germ: Germ, shift: Fraction) -> bool:
    """Whether a value near 0 (far from it for a long shift) changes."""
    start = [x * abs(shift) / 5 for x in germ.generic_start]
    return germ.moves(start, shift)
