"""Noise as it was observed, by counts or by a matrix: what every kind of observation can say."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction

from torch import Tensor

from numerics.noise.confidence import checked_level
from symcheck.arguments.public import public


@public
@dataclass(frozen=True, eq=False)
class TransitionEstimate:
    """T as estimated: ``matrix``, and ``lower`` and ``upper`` ends of an interval for each entry (C, C).

    ``level`` is the confidence with which the entries lie in them.

    >>> import torch
    >>> from numerics import TransitionEstimate, human_labels
    >>> T = torch.tensor([[0.8, 0.2], [0.3, 0.7]], dtype=torch.float64)
    >>> human_labels(T=TransitionEstimate(T, T - 0.05, T + 0.05, level=0.95))
    <StatedNoise: a matrix T of 2 classes, known up to its intervals: labels move with a rate of 0.1500 to 0.3500>
    """

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

    def __str__(self) -> str:
        low, high = float(self.low), float(self.high)
        return f"{self.value:.4f}" + (f" ({low:.4f} to {high:.4f})" if low < high else "")

    def side_of(self, limit: Fraction) -> int:
        """-1 if the whole interval is below ``limit``, 1 if all of it is at least that, 0 if the limit is inside."""
        if Fraction(self.low) >= limit:
            return 1
        return -1 if Fraction(self.high) < limit else 0


class Observed(ABC):
    """Noise that somebody observed; ``names`` are the classes as they were written."""

    names: tuple[str, ...]
    level: float
    """The confidence of what is estimated, where no other is asked for."""

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
    def rate(self, level: float | None = None) -> Rate:
        """The rate of noise, with an interval that holds with confidence ``level``."""

    @abstractmethod
    def bounds(self, level: float | None = None) -> TransitionEstimate:
        """T with intervals that hold all together with confidence ``level``."""

    @abstractmethod
    def is_uniform_rejected(self, level: float | None = None) -> bool:
        """Whether uniform noise is rejected at the level 1 - ``level``."""

    def confidence(self, level: float | None) -> float:
        """``level``, by default that of these labels; raises ``NoiseError`` for what is none."""
        return self.level if level is None else checked_level(level)

    @property
    @abstractmethod
    def compared(self) -> str:
        """How T was compared with uniform noise."""
