"""The span of features and a bias: leverages, rank, what is outside, and bounds that rounding cannot break."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from numerics import choose_lambda, datasets, forecast, guarantee, noise_margin, trusted
from numerics.errors import DataError
from numerics.finite.samples import samples_of
from numerics.finite.span import span_of
from symcheck import certify

Real = NDArray[np.float64]


def kinds() -> Iterator[tuple[str, Real, int, bool]]:
    """Features (n, d), the rank of them with a bias, and whether double precision can show it."""
    chance = np.random.default_rng(0)
    plain = chance.standard_normal((60, 5))
    yield "plain", plain, 6, True
    yield "offset", plain + 1e6, 6, True
    yield "scales", plain * 10.0 ** np.array([-200, -8, 0, 8, 200]), 6, True
    yield "constant column", np.c_[plain, np.full(60, 3.0)], 6, True
    yield "only constant columns", np.ones((7, 2)), 1, True
    yield "a column that varies by rounding", np.c_[plain, 1 + 1e-16 * np.arange(60) + 2e-16], 6, False
    yield "same column twice", np.c_[plain, plain[:, 0]], 6, False
    yield "sum of columns", np.c_[plain, plain @ np.ones(5)], 6, False
    yield "one-hot columns", np.eye(3)[np.arange(60) % 3], 3, False
    yield "more columns than rows", chance.standard_normal((8, 30)), 8, True
    yield "as many columns as rows", chance.standard_normal((8, 8)), 8, True
    yield "one row", chance.standard_normal((1, 3)), 1, True
    yield "the same row always", np.tile(chance.standard_normal((1, 3)), (9, 1)), 1, True
    yield "a row alone in a direction", np.c_[plain, np.eye(60)[7]], 7, True


@pytest.mark.parametrize(("features", "rank", "shown"), [k[1:] for k in kinds()], ids=[k[0] for k in kinds()])
def test_rank_and_projection(features: Real, rank: int, shown: bool) -> None:
    """P is that of the pseudoinverse of the standardised features and a bias; its trace is the rank."""
    found = span_of(features)
    assert (found.rank, found.is_exact) == (rank, shown)
    centred = features - features.mean(axis=0)
    size = np.abs(centred).max(axis=0)
    kept = size > 1e-12 * np.abs(features).max(axis=0)
    full = np.c_[centred[:, kept] / size[kept], np.ones(len(features))]
    projector = full @ np.linalg.pinv(full, rcond=1e-9)
    assert np.allclose(found.basis @ found.basis.T, projector, atol=1e-6)
    assert np.isclose(found.leverage.sum(), rank)
    assert (found.leverage_bound >= np.minimum(found.leverage, 1)).all()
    assert (found.leverage_bound <= 1).all()
    assert not found.at(features).outside.any()
    assert np.allclose(found.at(features).coordinates, found.basis, atol=1e-7)


def exact_leverages(features: Real) -> list[Fraction]:
    """h_i of [X, 1], in fractions: a row of X as it is stored, and Gauss-Jordan elimination of X'X."""
    rows = [[*map(Fraction, map(float, row)), Fraction(1)] for row in features]
    size = len(rows[0])
    gram = [[sum(r[i] * r[j] for r in rows) for j in range(size)] for i in range(size)]
    wide = [[*row, *(Fraction(int(i == j)) for j in range(size))] for i, row in enumerate(gram)]
    for i in range(size):
        pivot = next(j for j in range(i, size) if wide[j][i] != 0)
        wide[i], wide[pivot] = wide[pivot], wide[i]
        wide[i] = [x / wide[i][i] for x in wide[i]]
        for j in range(size):
            if j != i and wide[j][i]:
                wide[j] = [x - wide[j][i] * y for x, y in zip(wide[j], wide[i], strict=True)]
    inverse = [row[size:] for row in wide]
    return [sum(r[i] * inverse[i][j] * r[j] for i in range(size) for j in range(size)) for r in rows]


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e7])
@pytest.mark.parametrize("spread", [1.0, 1e-3, 1e-6])
def test_no_leverage_is_above_its_bound(offset: float, spread: float) -> None:
    """Compared in fractions; the bound is not far above, and the rank is shown, at conditions up to 1e6."""
    chance = np.random.default_rng(3)
    raw = chance.standard_normal((14, 3))
    raw[:, 2] = raw[:, 0] + spread * raw[:, 2]
    features = raw + offset
    found = span_of(features)
    assert found.is_exact
    exact = exact_leverages(features)
    assert all(Fraction(float(b)) >= h for b, h in zip(found.leverage_bound, exact, strict=True))
    assert max(float(b) - float(h) for b, h in zip(found.leverage_bound, exact, strict=True)) < 1e-6
    assert sum(exact) == 4


def test_large_features_have_the_same_span_by_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gram matrix, QR factor and the features themselves give one projector, well conditioned or not."""
    chance = np.random.default_rng(1)
    for sizes in (np.ones(6), np.logspace(0, -7, 6)):
        features = (chance.standard_normal((400, 6)) * sizes) @ chance.standard_normal((6, 6))
        whole = span_of(features)
        with monkeypatch.context() as patched:
            patched.setattr("numerics.finite.span._SMALL", 0)
            patched.setattr("numerics.finite.span._BLOCK", 64)
            parts = span_of(features)
        assert whole.rank == parts.rank == 7
        assert np.allclose(whole.basis @ whole.basis.T, parts.basis @ parts.basis.T, atol=1e-7)


def test_a_decomposition_that_fails_is_done_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    features = datasets.load("wine").features
    first = span_of(features)

    def failing(*_: object, **__: object) -> None:
        raise np.linalg.LinAlgError("SVD did not converge")

    monkeypatch.setattr(np.linalg, "svd", failing)
    assert np.allclose(span_of(features).leverage, first.leverage)


def test_points_outside_are_told() -> None:
    """A column that was constant and moves, a sum of columns that is none, and directions that no sample has."""
    chance = np.random.default_rng(2)
    plain = chance.standard_normal((50, 3))
    features = np.c_[plain, plain[:, 0] + plain[:, 1], np.full(50, 5.0), np.zeros(50)]
    points = features[:4].copy()
    points[1, 3] += 0.01
    points[2, 4] = 6.0
    points[3, 5] = 1e-3
    found = span_of(features).at(points)
    assert found.outside.tolist() == [False, True, True, True]
    few = span_of(chance.standard_normal((5, 9)))
    assert few.at(chance.standard_normal((3, 9))).outside.all()


def test_weights_sum_to_one_and_have_the_leverage() -> None:
    """k(x) = v(x)'V': sum_j k_j = 1 by the bias, sum_j k_j^2 = h(x)."""
    data = datasets.load("wine")
    span = span_of(data.features[::2])
    points = span.at(data.features[1::2])
    weights = points.coordinates @ span.basis.T
    assert np.allclose(weights.sum(axis=1), 1)
    assert np.allclose((weights**2).sum(axis=1), points.leverage)


def test_points_of_another_width_are_refused() -> None:
    with pytest.raises(DataError, match=r"test: got features of shape \(3, 2\) beside 4 columns of the samples"):
        span_of(np.random.default_rng(0).standard_normal((9, 4))).at(np.zeros((3, 2)))


@pytest.mark.parametrize("transform", ["raw", "standardised", "relu(20)"])
def test_samples_with_a_test_part(transform: str) -> None:
    """A share of each class; a linear map of the features changes nothing."""
    found = samples_of("iris", test=0.2, transform=transform)
    assert found.test is not None
    assert found.test_labels is not None
    assert (len(found), len(found.test), found.classes) == (120, 30, 3)
    assert np.bincount(found.test_labels).tolist() == [10, 10, 10]
    plain = samples_of("iris", test=0.2)
    assert found.span.rank == (21 if transform == "relu(20)" else 5)
    if transform == "standardised":
        assert np.allclose(found.span.projected(plain.one_hot), plain.span.projected(plain.one_hot))


@pytest.mark.parametrize("share", [0.2, np.float32(0.2), Fraction(1, 5)])
def test_a_share_is_any_real_number(share: object) -> None:
    assert len(samples_of("iris", test=share)) == 120


@pytest.mark.parametrize(
    ("test", "split", "message"),
    [
        (0, 0, r"test: got 0, which takes no sample of any class of iris; give a larger share"),
        (0.001, 0, r"test: got 0\.001, which takes no sample"),
        (1.0, 0, r"test: got 1\.0; accepted is the share of the samples to test on, from 0 to below 1"),
        (-0.1, 0, r"test: got -0\.1; accepted"),
        (float("nan"), 0, r"test: got nan; accepted"),
        (0.2, 1.5, r"split: got 1\.5; accepted is a whole number from 0 on"),
        (0.2, -1, r"split: got -1; accepted"),
        (0.2, None, r"split: got None; accepted"),
        (0.2, True, r"split: got True; accepted"),
    ],
)
def test_test_parts_that_cannot_be_drawn(test: object, split: int, message: str) -> None:
    with pytest.raises(DataError, match=message):
        samples_of("iris", test=test, split=split)


def test_results_are_short_in_a_shell() -> None:
    """Arrays as long as the data are not shown: a title is."""
    cert = certify("cross_entropy", "l2")
    kept, drawn = guarantee(cert, "wine", rho=0.2), forecast("wine", rho=0.2, draws=3)
    found = [kept, kept.at(1), drawn, drawn.against_rho((0.1, 0.2)), drawn.cleaned(), trusted("wine", rho=0.2)]
    found += [noise_margin("wine", a=(0.5, 0.9)), choose_lambda(cert, "wine", rho=0.2, lambdas=(1,), draws=3)]
    for result in found:
        assert "wine" in repr(result)
        assert len(repr(result)) < 120
