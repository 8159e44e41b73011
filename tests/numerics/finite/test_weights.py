"""Weights of labels at points: against exact arithmetic, and against fits without a sample."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from numerics.errors import DataError
from numerics.finite.samples import Samples, samples_of
from numerics.finite.weights import Weights, weights_at


def joined(weights: Weights) -> np.ndarray:
    return np.concatenate([k for _, k in weights.blocks()])


def solved(matrix: list[list[Fraction]], right: list[list[Fraction]]) -> list[list[Fraction]]:
    """The solution of a linear system in exact arithmetic, by elimination."""
    rows = [a + b for a, b in zip(matrix, right, strict=True)]
    for i in range(len(rows)):
        pivot = next(r for r in range(i, len(rows)) if rows[r][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [x / rows[i][i] for x in rows[i]]
        rows = [
            row if r == i else [x - row[i] * p for x, p in zip(row, rows[i], strict=True)] for r, row in enumerate(rows)
        ]
    return [row[len(matrix) :] for row in rows]


def exact_weights(features: np.ndarray, points: np.ndarray) -> list[list[Fraction]]:
    """phi(x)'(Phi'Phi)^-1 phi(x_j) with a bias, of floats taken as the numbers that they are."""
    phi, at = ([[*map(Fraction, row), Fraction(1)] for row in part.tolist()] for part in (features, points))
    gram = [[sum(r[i] * r[j] for r in phi) for j in range(len(phi[0]))] for i in range(len(phi[0]))]
    each = solved(gram, [list(column) for column in zip(*phi, strict=True)])
    return [[sum(x * each[i][j] for i, x in enumerate(row)) for j in range(len(phi))] for row in at]


@pytest.mark.parametrize("offset", [0.0, 1e3])
def test_errors_bound_the_distance_from_exact_weights(offset: float) -> None:
    chance = np.random.default_rng(1)
    features = chance.normal(size=(24, 3)) * [1.0, 1e-3, 50.0] + offset
    labels = np.arange(24) % 3
    points = chance.normal(size=(5, 3)) + offset
    samples = samples_of((features, labels), test=(points, np.arange(5) % 3))
    exact = exact_weights(features, points)
    at_points = weights_at(samples)
    assert at_points.is_exact
    _check(at_points, exact)
    own = exact_weights(features, features)
    alone = samples_of((features, labels))
    _check(weights_at(alone, with_own=True), own)
    without = [[Fraction(0) if i == j else x / (1 - row[i]) for j, x in enumerate(row)] for i, row in enumerate(own)]
    _check(weights_at(alone), without)


def _check(weights: Weights, exact: list[list[Fraction]]) -> None:
    for row, true, error in zip(joined(weights).tolist(), exact, weights.errors.tolist(), strict=True):
        distance = sum(abs(Fraction(x) - y) for x, y in zip(row, true, strict=True))
        assert distance <= Fraction(error)
        assert error < 1e-6


def test_weights_without_the_own_label_are_those_of_a_fit_without_the_sample() -> None:
    chance = np.random.default_rng(2)
    features, labels = chance.normal(size=(30, 4)), np.arange(30) % 2
    found = joined(weights_at(samples_of((features, labels))))
    phi = np.c_[features, np.ones(30)]
    for i in range(30):
        rest = np.arange(30) != i
        expected = phi[i] @ np.linalg.pinv(phi[rest])
        assert found[i, rest] == pytest.approx(expected, abs=1e-12)
        assert found[i, i] == 0


def test_blocks_are_all_points_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = samples_of("iris")
    whole = joined(weights_at(samples))
    for name, size in (("_ENTRIES", 1000), ("_AT_A_TIME", 400)):
        monkeypatch.setattr(f"numerics.finite.weights.{name}", size)
    parts = list(weights_at(samples).blocks())
    assert [part.start for part, _ in parts[:4]] == [0, 2, 4, 6]
    # products of blocks round in another order
    assert joined(weights_at(samples)) == pytest.approx(whole, abs=1e-14)


def given(features: object, labels: object, points: object = None) -> Samples:
    test = None if points is None else (points, [0] * len(np.asarray(points)))
    return samples_of((np.asarray(features, float), labels), test=test)


def test_of_a_sample_alone_in_a_direction_nothing_is_said() -> None:
    features = [[0, 0], [1, 0], [2, 0], [3, 0], [4, 1]]
    weights = weights_at(given(features, [0, 0, 1, 1, 1]))
    assert weights.said.tolist() == [True] * 4 + [False]
    assert (joined(weights)[4] == 0).all()
    assert weights.errors[4] == np.inf
    # as many directions as samples: of none
    assert not weights_at(given(np.eye(5), [0, 0, 1, 1, 1])).said.any()


def test_a_point_outside_is_not_said_and_one_off_a_constant_by_little_is_not_shown() -> None:
    features = [[0, 7], [1, 7], [2, 7], [4, 7]]
    weights = weights_at(given(features, [0, 0, 1, 1], [[1, 7], [1, 8], [1, 7 + 1e-12]]))
    assert weights.is_exact
    assert weights.said.tolist() == [True, False, True]
    assert np.isfinite(weights.errors).tolist() == [True, False, False]


def test_columns_that_depend_on_one_another_are_not_shown() -> None:
    x = np.arange(6.0)
    weights = weights_at(given(np.c_[x, 2 * x], [0, 0, 0, 1, 1, 1], [[1, 2], [1, 3]]))
    assert not weights.is_exact
    assert weights.said.tolist() == [True, False]


def test_points_need_the_columns_of_the_samples() -> None:
    with pytest.raises(DataError, match="columns"):
        given(np.arange(8.0).reshape(4, 2), [0, 1, 0, 1], [[1.0]])


def test_ready_samples_are_taken_as_they_are() -> None:
    samples = samples_of("iris")
    assert samples_of(samples) is samples
    for settings in ({"test": 0.3}, {"label": "y"}, {"without": ["a"]}, {"transform": "standardised"}):
        with pytest.raises(DataError, match="got Samples beside"):
            samples_of(samples, **settings)  # type: ignore[arg-type]
