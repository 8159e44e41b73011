"""Confidence: the level of an interval, and Clopper and Pearson's for a probability."""

from __future__ import annotations

from numbers import Real

from numerics.errors import NoiseError
from symcheck.errors import shown

LEVEL = 0.95
"""The confidence of an interval unless another is asked for."""


def checked_level(level: float) -> float:
    """``level``, if it is a confidence; raises ``NoiseError``."""
    if isinstance(level, bool) or not isinstance(level, Real) or not 0 < level < 1:
        raise NoiseError(f"level: got {shown(level)}; accepted is a confidence between 0 and 1, such as {LEVEL}")
    return float(level)


def exact_interval(hits: int, samples: int, level: float) -> tuple[float, float]:
    """Clopper and Pearson's interval for a probability, seen ``hits`` times among ``samples``.

    Its ends are the probabilities at which the tail from ``hits`` on, and that up to it, is (1 - level)/2.

    >>> tuple(round(end, 4) for end in exact_interval(640, 1000, 0.95))
    (0.6094, 0.6698)
    """
    # Imported here: reading a rate takes no SciPy.
    from scipy.special import betainccinv, betaincinv

    tail = (1 - checked_level(level)) / 2
    low = 0.0 if hits == 0 else float(betaincinv(hits, samples - hits + 1, tail))
    high = 1.0 if hits == samples else float(betainccinv(hits + 1, samples - hits, tail))
    return low, high
