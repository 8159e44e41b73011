"""Slopes: the exponent of a power law from points on it, and how far off it can be."""

from __future__ import annotations

import math
from collections.abc import Sequence

FEWEST_POINTS = 6


def fitted_slope(x: Sequence[float], y: Sequence[float]) -> float:
    """The slope of the least-squares line through (log x, log y)."""
    return sum(w * math.log(v) for w, v in zip(_weights(x), y, strict=True))


def slope_tolerance(x: Sequence[float], relative_errors: Sequence[float]) -> float:
    """How far the fitted slope can be from p if y_i = c x_i^p (1 + e_i) with |e_i| at most ``relative_errors``.

    The slope is sum_i w_i log y_i with sum w_i = 0, so it moves by at most sum_i |w_i| |log(1 - e_i)|.
    """
    return sum(abs(w) * -math.log1p(-e) for w, e in zip(_weights(x), relative_errors, strict=True))


def best_range(x: Sequence[float], relative_errors: Sequence[float]) -> slice | None:
    """The run of at least six neighbouring points that leaves the slope the smallest tolerance, None if there is none.

    Only points that may be off by less than a half are taken.
    """
    found: slice | None = None
    smallest = math.inf
    for first in range(len(x)):
        for last in range(first + FEWEST_POINTS, len(x) + 1):
            errors = relative_errors[first:last]
            if max(errors) >= 0.5:
                break
            tolerance = slope_tolerance(x[first:last], errors)
            if tolerance < smallest:
                smallest, found = tolerance, slice(first, last)
    return found


def _weights(x: Sequence[float]) -> list[float]:
    logs = [math.log(v) for v in x]
    centre = sum(logs) / len(logs)
    spread = sum((v - centre) ** 2 for v in logs)
    return [(v - centre) / spread for v in logs]
