"""alpha-entmax in plain floats: the shares at a point, and their slopes in one direction."""

from __future__ import annotations

import math
from collections.abc import Sequence


def shares(v: Sequence[float], alpha: float) -> tuple[float, ...]:
    """s_k = [q^(alpha - 1) + (alpha - 1) (v_k - max v)]_+^(1/(alpha - 1)), q = max s between 1/C and 1, by bisection.

    nan where an entry is no finite number.
    """
    if not all(map(math.isfinite, v)):
        return (math.nan,) * len(v)
    gaps, low, high = [x - max(v) for x in v], 1 / len(v), 1.0
    for _ in range(60):
        q = (low + high) / 2
        if sum(_share(q, gap, alpha) for gap in gaps) < 1:
            low = q
        else:
            high = q
    return tuple(_share(high, gap, alpha) for gap in gaps)


def share_slopes(s: Sequence[float], slopes: Sequence[float], alpha: float) -> tuple[float, ...]:
    """s_k' = w_k (v_k' - sum_j w_j v_j' / sum_j w_j), w = s^(2 - alpha) where s > 0 and 0 elsewhere.

    nan where they are too large for a float.
    """
    # Against the share with the largest weight, so that no power overflows.
    heaviest = max(s) if alpha <= 2 else min(x for x in s if x > 0)
    weights = [(x / heaviest) ** (2 - alpha) if x > 0 else 0.0 for x in s]
    mean = math.fsum(w * d for w, d in zip(weights, slopes, strict=True)) / math.fsum(weights)
    try:
        scale = heaviest ** (2 - alpha)
    except OverflowError:
        return (math.nan,) * len(s)
    return tuple(scale * w * (d - mean) for w, d in zip(weights, slopes, strict=True))


def is_at_the_end(v: Sequence[float], s: Sequence[float], alpha: float) -> bool:
    """Whether a share begins to be 0 here to within rounding: for alpha >= 2 it has a kink there."""
    if alpha < 2:
        return False
    edge = max(v) - max(s) ** (alpha - 1) / (alpha - 1)
    return any(abs(x - edge) <= 1e-12 * max(1.0, abs(x)) for x in v)


def _share(q: float, gap: float, alpha: float) -> float:
    # q (1 + (alpha - 1) x)^(1/(alpha - 1)) by its logarithm, which has a limit for alpha -> 1.
    rate = alpha - 1
    if gap == 0:
        return q
    try:
        if rate == 0:
            return q * math.exp(gap)
        x = gap * q**-rate
        return q * math.exp(math.log1p(rate * x) / rate) if rate * x > -1 else 0.0
    except OverflowError:
        return 0.0
