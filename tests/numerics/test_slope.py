"""Slopes and how far off they can be."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.confirmations.slope import FEWEST_POINTS, best_range, fitted_slope, slope_tolerance

X = [2.0**-k for k in range(16)]


def test_a_power_law_has_its_exponent():
    assert fitted_slope(X, [3 * x**2.5 for x in X]) == pytest.approx(2.5, abs=1e-14)


@given(st.lists(st.floats(-1, 1), min_size=6, max_size=6), st.floats(1e-6, 0.4), st.floats(-1, 4))
def test_errors_within_the_bounds_move_the_slope_by_at_most_the_tolerance(signs, size, slope):
    x = X[:6]
    bounds = [size * (i + 1) / 6 for i in range(6)]
    y = [v**slope * (1 + s * b) for v, s, b in zip(x, signs, bounds, strict=True)]
    assert abs(fitted_slope(x, y) - slope) <= slope_tolerance(x, bounds) + 1e-12


def test_the_tolerance_is_reached():
    # the worst case: points below the line on one side of the centre, above it on the other by as much in logarithms
    x = X[:6]
    bounds = [0.1] * 6
    y = [v * ((1 - 0.1) if i < 3 else 1 / (1 - 0.1)) for i, v in enumerate(x)]
    assert abs(fitted_slope(x, y) - 1) == pytest.approx(slope_tolerance(x, bounds), rel=1e-12)


def test_the_range_avoids_the_floor_and_the_next_orders():
    errors = [min(0.6, x + 1e-12 / x**2) for x in X]
    chosen = best_range(X, errors)
    assert chosen is not None
    inside = slope_tolerance(X[chosen], errors[chosen])
    for first in range(len(X) - FEWEST_POINTS + 1):
        for last in range(first + FEWEST_POINTS, len(X) + 1):
            if max(errors[first:last]) < 0.5:
                assert inside <= slope_tolerance(X[first:last], errors[first:last])
    assert chosen.stop - chosen.start >= FEWEST_POINTS


def test_there_may_be_no_range():
    assert best_range(X, [0.5] * 16) is None
    assert best_range(X, [0.1] * 5 + [math.inf] * 11) is None
    assert best_range(X, [0.1] * 6 + [math.inf] * 10) == slice(0, 6)
