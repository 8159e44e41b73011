"""Accuracy against the clean labels, from accuracy that was measured against uniformly noisy ones."""

from __future__ import annotations

from dataclasses import dataclass

from numerics.errors import NoiseError
from numerics.noise.counted import exact_interval
from numerics.noise.observed import LEVEL
from numerics.noise.uniform import UniformNoise


@dataclass(frozen=True)
class CleanAccuracy:
    """An estimated accuracy between ``low`` and ``high``, with confidence ``level``."""

    value: float
    low: float
    high: float
    level: float

    def __str__(self) -> str:
        return f"{self.value:.4f} ({self.low:.4f} to {self.high:.4f} with confidence {self.level:g})"


def clean_accuracy(correct: int, samples: int, noise: UniformNoise, level: float = LEVEL) -> CleanAccuracy:
    """The accuracy by clean labels of a model whose predictions are the noisy label on ``correct`` of ``samples``.

    A_clean = (A_noisy - (1 - a)/C)/a with a = 1 - rho C/(C-1), clipped to [0, 1]; the ends are those of Clopper and
    Pearson's interval for A_noisy.  For labels that the model was not trained on, and noise that does not depend on
    the prediction once the clean label is known (THEORY 15).  Raises ``NoiseError`` for counts that are none.

    >>> print(clean_accuracy(640, 1000, UniformNoise.flipping(0.3, classes=4)))
    0.9000 (0.8490 to 0.9497 with confidence 0.95)
    """
    for name, value in (("correct", correct), ("samples", samples)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise NoiseError(f"{name}: got {value!r}; accepted is a whole number of samples")
    if samples < 1 or not 0 <= correct <= samples:
        raise NoiseError(f"correct: got {correct} of {samples}; accepted is a number of samples, from 0 to all of them")
    low, high = exact_interval(correct, samples, level)
    return CleanAccuracy(_clean(correct / samples, noise), _clean(low, noise), _clean(high, noise), level)


def _clean(accuracy: float, noise: UniformNoise) -> float:
    found = (accuracy - (1 - noise.a) / noise.classes) / noise.a
    return min(1.0, max(0.0, found))
