"""An estimate: a number that knows how far it may be off, and how much single draws differ."""

from __future__ import annotations

import math
from typing import final

import numpy as np
from numpy.typing import NDArray


@final
class Estimate(float):
    """The mean over draws, with its standard ``error`` and the ``spread``, the standard deviation of a single draw.

    Each is nan where it is not known: of no draw, of a single one, or where draws were not made one by one.

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
        """The mean of those ``draws`` (B,) that are numbers; its error is spread/B^(1/2)."""
        known = draws[~np.isnan(draws)]
        if len(known) < 2:
            return cls(float(known[0]) if len(known) else math.nan, math.nan, math.nan)
        if (known == known[0]).all():  # a mean would round
            return cls(float(known[0]), 0.0, 0.0)
        spread = float(np.std(known, ddof=1))
        return cls(float(np.mean(known)), spread / math.sqrt(len(known)), spread)

    @property
    def text(self) -> str:
        """The estimate with its error."""
        return "not known" if math.isnan(self) else f"{float(self):.4f} ± {self.error:.4f}"

    def to_record(self) -> dict[str, float | None]:
        """The numbers for JSON."""
        numbers = {"value": float(self), "error": self.error, "spread": self.spread}
        return {name: None if math.isnan(x) else x for name, x in numbers.items()}

    def __reduce__(self) -> tuple[type[Estimate], tuple[float, float, float]]:
        return Estimate, (float(self), self.error, self.spread)

    def __repr__(self) -> str:
        return f"Estimate({float(self):.6g}, error={self.error:.2g}, spread={self.spread:.2g})"
