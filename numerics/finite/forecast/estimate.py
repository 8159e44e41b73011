"""An estimate: a number that knows how far it may be off, and how much single draws differ."""

from __future__ import annotations

import math
from typing import final

import numpy as np
from numpy.typing import NDArray


@final
class Estimate(float):
    """The mean over draws, with its standard ``error`` and the ``spread``, the standard deviation of a single draw.

    ``spread`` is nan where draws were not made one by one.

    >>> found = Estimate.of(np.array([0.5, 0.7]))
    >>> found > 0.5, round(found.spread, 4), round(found.error, 4)
    (True, 0.1414, 0.1)
    """

    error: float
    spread: float

    def __new__(cls, value: float, error: float, spread: float) -> Estimate:
        found = super().__new__(cls, value)
        found.error, found.spread = error, spread
        return found

    @classmethod
    def of(cls, draws: NDArray[np.float64]) -> Estimate:
        """The mean of ``draws`` (B,), B >= 2; its error is spread/B^(1/2)."""
        if (draws == draws[0]).all():  # a mean would round
            return cls(float(draws[0]), 0.0, 0.0)
        spread = float(np.std(draws, ddof=1))
        return cls(float(np.mean(draws)), spread / math.sqrt(len(draws)), spread)

    @property
    def text(self) -> str:
        """The estimate with its error."""
        return f"{float(self):.4f} ± {self.error:.4f}"

    def to_record(self) -> dict[str, float | None]:
        """The numbers for JSON."""
        return {
            "value": float(self), "error": self.error, "spread": None if math.isnan(self.spread) else self.spread
        }  # fmt: skip

    def __reduce__(self) -> tuple[type[Estimate], tuple[float, float, float]]:
        return Estimate, (float(self), self.error, self.spread)

    def __repr__(self) -> str:
        return f"Estimate({float(self):.6g}, error={self.error:.2g}, spread={self.spread:.2g})"
