"""Noise as it was observed, by counts or by a matrix: what every kind of observation can say."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction

from torch import Tensor

from numerics.noise.confidence import LEVEL


@dataclass(frozen=True, eq=False)
class TransitionEstimate:
    """T as estimated: ``matrix``, and ``lower`` and ``upper`` ends of an interval for each entry (C, C)."""

    matrix: Tensor
    lower: Tensor
    upper: Tensor
    level: float


@dataclass(frozen=True)
class Rate:
    """How many labels move: ``value``, between ``low`` and ``high``, which are fractions where they are exact."""

    value: float
    low: float | Fraction
    high: float | Fraction

    def side_of(self, limit: Fraction) -> int:
        """-1 if the whole interval is below ``limit``, 1 if all of it is at least that, 0 if the limit is inside."""
        if Fraction(self.low) >= limit:
            return 1
        return -1 if Fraction(self.high) < limit else 0


class Observed(ABC):
    """Noise that somebody observed; ``names`` are the classes as they were written."""

    names: tuple[str, ...]

    @property
    def classes(self) -> int:
        """C, the number of classes."""
        return len(self.names)

    @property
    @abstractmethod
    def said(self) -> str:
        """What was observed, in a sentence."""

    @property
    @abstractmethod
    def origin(self) -> str:
        """What T comes from, in a word: counted or given."""

    @property
    @abstractmethod
    def exact_rows(self) -> list[list[Fraction]] | None:
        """T in exact numbers, None where they are rounded."""

    @abstractmethod
    def rate(self, level: float = LEVEL) -> Rate:
        """The rate of noise, with an interval that holds with confidence ``level``."""

    @abstractmethod
    def bounds(self, level: float = LEVEL) -> TransitionEstimate:
        """T with intervals that hold all together with confidence ``level``."""

    @abstractmethod
    def is_uniform_rejected(self, level: float = LEVEL) -> bool:
        """Whether uniform noise is rejected at the level 1 - ``level``."""

    @property
    @abstractmethod
    def compared(self) -> str:
        """How T was compared with uniform noise."""
