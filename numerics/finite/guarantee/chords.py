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
ROOT_ERROR = 1e-14
"""How far rounding takes a root between 0 and 1."""


def is_negative(first: Real, last: Real, bump: Real) -> Mask:
    """Whether (1 - t) ``first`` + t ``last`` + t (1 - t) ``bump`` < 0 for all t in [0, 1]; ``bump`` >= 0.

    Not where one of the three is not finite.

    >>> is_negative(np.array([-1.0, -1.0]), np.array([-1.0, -1.0]), np.array([3.9, 4.1]))
    array([ True, False])
    """
    first, last, bump = _scaled(first, last, bump)
    slope = last - first + bump
    inside = (slope > 0) & (slope < 2 * bump)
    with np.errstate(divide="ignore", invalid="ignore"):
        peak = first + slope**2 / (4 * bump)
    found: Mask = (first < 0) & (last < 0) & (~inside | (peak < 0))
    return found


def negative_from(first: Real, last: Real, bump: Real) -> Real:
    """The least t0 such that it is negative on (t0, 1], rounded up, 1 where there is none or a number is not finite.

    >>> print(negative_from(np.array([1.0, -1.0, 1.0]), np.array([-1.0, -1.0, 0.0]), np.array([0.0, 3.9, 1.0])))
    [0.5 0.  1. ]
    """
    first, last, bump = _scaled(first, last, bump)
    slope = last - first + bump
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = slope**2 + 4 * bump * first
        root = np.sqrt(np.maximum(inner, 0.0))
        # the larger root, in the form that does not cancel
        place = np.where(slope > 0, (slope + root) / (2 * bump), 2 * first / (root - slope))
    # Concave and negative at 1, so it has a root from 0 to 1 if it starts at 0 or above, and else two or none.  That a
    # root is below 1 is not asked of the root: next to 1 it is rounded to 1.
    crosses = (first >= 0) | ((slope > 0) & (slope < 2 * bump) & (inner >= 0))
    place = np.where(crosses, np.clip(place + ROOT_ERROR, 0.0, 1.0), 0.0)
    found: Real = np.where((last < 0) & np.isfinite(place), place, 1.0)
    return found


def _scaled(first: Real, last: Real, bump: Real) -> tuple[Real, Real, Real]:
    """The three over the largest of them, so that no square is too large; positive ones where one is not finite."""
    size = np.maximum(np.maximum(np.abs(first), np.abs(last)), bump)
    known = np.isfinite(size)
    unit = np.where(known & (size > 0), size, 1.0)
    return np.where(known, first / unit, 1.0), np.where(known, last / unit, 1.0), np.where(known, bump / unit, 0.0)
