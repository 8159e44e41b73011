"""Where a concave parabola stays negative: what a bound between two trial points has to do.

Between two trial points the norm of a gradient is at most a chord and a bump, (1 - t) A + t B + t (1 - t) K.  A number
that is missing or infinite is never negative.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]
Mask = NDArray[np.bool_]

MARGIN = 1e-9
"""What is compared is moved apart by this share first, which is more than rounding does to it."""


def is_negative(first: Real, last: Real, bump: Real) -> Mask:
    """Whether (1 - t) ``first`` + t ``last`` + t (1 - t) ``bump`` < 0 for all t in [0, 1]; ``bump`` >= 0.

    >>> is_negative(np.array([-1.0, -1.0]), np.array([-1.0, -1.0]), np.array([3.9, 4.1]))
    array([ True, False])
    """
    with np.errstate(all="ignore"):
        slope = last - first + bump
        inside = (slope > 0) & (slope < 2 * bump)
        peak = first + slope**2 / (4 * bump)
    # of an infinite bump neither comparison of the slope says anything
    found: Mask = (first < 0) & (last < 0) & np.isfinite(bump) & (~inside | (peak < 0))
    return found


def negative_from(first: Real, last: Real, bump: Real) -> Real:
    """The least t0 such that it is negative on (t0, 1], 1 where there is none.

    >>> negative_from(np.array([1.0, -1.0, 1.0]), np.array([-1.0, -1.0, 0.0]), np.array([0.0, 3.9, 1.0]))
    array([0.5, 0. , 1. ])
    """
    with np.errstate(all="ignore"):
        slope = last - first + bump
        inner = slope**2 + 4 * bump * first
        root = np.sqrt(np.maximum(inner, 0.0))
        # the larger root, in the form that does not cancel
        place = np.where(slope > 0, (slope + root) / (2 * bump), 2 * first / (root - slope))
    # Concave and negative at 1: beyond a larger root below 1, or before the smaller of two above it.
    place = np.where((inner < 0) | ~(place < 1), 0.0, np.maximum(place, 0.0))
    # Where a number is missing or infinite, no comparison above says anything.
    is_told = np.isfinite(first) & np.isfinite(last) & np.isfinite(bump)
    found: Real = np.where((last < 0) & is_told, place, 1.0)
    return found
