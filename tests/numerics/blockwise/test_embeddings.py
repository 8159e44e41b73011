"""Sums over blocks against the same limit from all rows in memory, for every kind of source."""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse
import torch
from numpy.typing import NDArray
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from numerics import datasets, embeddings, forecast
from numerics.blockwise import blocks
from numerics.blockwise.basis import ILL
from numerics.blockwise.sources import arrays
from numerics.finite.span import span_of

DIGITS = datasets.load("digits")
X, Y = DIGITS.features, DIGITS.labels
NEW = X[::7] + 0.25 * (X.std(0) > 0)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many blocks of few rows, so that merging is what is tested."""
    for module in (blocks, arrays):
        monkeypatch.setattr(module, "ROWS", 100)


def in_memory(features: NDArray[np.float64], labels: NDArray[Any], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """S at ``points`` by the span of all rows."""
    span = span_of(features)
    names = np.unique(labels)
    hot = (labels[:, None] == names) - 1 / len(names)
    found: NDArray[np.float64] = span.at(points).coordinates @ (span.basis.T @ hot)
    return found


def parquet(folder: Path) -> Path:
    """The digits as a folder of three parquet files."""
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame(X, columns=[f"pixel {k}" for k in range(X.shape[1])]).assign(digit=Y, row=np.arange(len(Y)))
    for k in range(3):
        (folder / "rows").mkdir(exist_ok=True)
        frame[600 * k : 600 * (k + 1)].to_parquet(folder / "rows" / f"{k}.parquet")
    return folder / "rows"


def stream() -> Iterator[tuple[Any, Any]]:
    """Blocks of several lengths, one of them empty."""
    cuts = [0, 1, 5, 5, 700, len(Y)]
    for start, end in itertools.pairwise(cuts):
        yield X[start:end], Y[start:end]


def memory_map(folder: Path) -> tuple[Any, Any]:
    path = folder / "x.npy"
    np.save(path, X.astype(np.float32))
    return path, Y


SOURCES: dict[str, Any] = {
    "array": lambda _: (X, Y),
    "array of float32": lambda _: (X.astype(np.float32), Y),
    "array of bytes": lambda _: (X.astype(np.uint8), Y.astype(np.uint8)),
    "big-endian array": lambda _: (X.astype(">f8"), Y.astype(">i4")),
    "columns in memory one after the other, backwards": lambda _: (np.asfortranarray(X)[::-1], Y[::-1]),
    "lists": lambda _: (X.tolist(), Y.tolist()),
    "path of a file": memory_map,
    "tensor": lambda _: (torch.from_numpy(X), torch.from_numpy(Y)),
    "sparse matrix": lambda _: (scipy.sparse.csc_matrix(X), Y),
    "sparse array": lambda _: (scipy.sparse.coo_array(X), Y),
    "loader": lambda _: DataLoader(TensorDataset(torch.from_numpy(X), torch.from_numpy(Y)), batch_size=64),
    "loader that shuffles": lambda _: DataLoader(
        TensorDataset(torch.from_numpy(X).view(-1, 1, 8, 8), torch.from_numpy(Y)), batch_size=64, shuffle=True
    ),
    "stream": lambda _: stream,
    "Dask array": lambda _: dask_array(),
}


def dask_array() -> tuple[Any, Any]:
    da = pytest.importorskip("dask.array")
    return da.from_array(X, chunks=(300, 20)), da.from_array(Y, chunks=500)


@pytest.mark.parametrize("kind", SOURCES)
def test_sums_over_blocks_give_the_limit_of_all_rows(kind: str, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    found = embeddings(SOURCES[kind](tmp_path), progress=lambda *step: told.append(step))
    np.testing.assert_allclose(found.scores(NEW), in_memory(X, Y, NEW), atol=1e-11)
    span = span_of(X)
    np.testing.assert_allclose(found.leverage(NEW), span.at(NEW).leverage, rtol=1e-9)
    assert (found.rank, found.rows, found.classes) == (span.rank, len(Y), 10)
    assert found.condition == pytest.approx(span.condition, rel=1e-8)
    assert told[-1][:2] == (len(Y), len(Y))
    assert found.counts.tolist() == np.bincount(Y).tolist()


def test_parquet_files_and_dask_frames(tmp_path: Path) -> None:
    folder = parquet(tmp_path)
    found = embeddings(folder, label="digit", without=["row"])
    np.testing.assert_allclose(found.scores(NEW), in_memory(X, Y, NEW), atol=1e-11)
    frames = pytest.importorskip("dask.dataframe")
    lazy = embeddings(frames.read_parquet(folder), label="digit", without=["row"])
    np.testing.assert_allclose(lazy.scores(NEW), found.scores(NEW), atol=1e-11)


def test_names_are_labels_too() -> None:
    names = np.array(["owl", "cat", "dog"])[Y % 3]
    found = embeddings((X, names))
    assert found.labels.tolist() == ["cat", "dog", "owl"]
    np.testing.assert_allclose(found.scores(NEW), in_memory(X, names, NEW), atol=1e-11)
    assert set(found.predicted(NEW)) <= set(names)


def test_the_features_of_a_frozen_network_are_those_that_it_computes() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(64, 20), nn.BatchNorm1d(20), nn.ReLU(), nn.Linear(20, 10)).double()
    network[1].eval()
    loader = DataLoader(TensorDataset(torch.from_numpy(X), torch.from_numpy(Y)), batch_size=50)
    modes = [module.training for module in network.modules()]
    found = embeddings(loader, network=network, layer="2")
    assert [module.training for module in network.modules()] == modes
    assert not network[2]._forward_hooks
    network.eval()
    with torch.no_grad():
        hidden = network[:3](torch.from_numpy(X)).numpy()
    np.testing.assert_allclose(found.scores(hidden[:9]), in_memory(hidden, Y, hidden[:9]), atol=1e-10)
    assert embeddings(loader, network=network).rank == 11


def test_blocks_that_drift_and_large_offsets_lose_no_digits() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((900, 4)) + 1e6 * np.arange(900)[:, None] ** [0, 0, 1, 0] + [1e9, 0, 0, -3e7]
    y = np.arange(900) % 3
    found = embeddings((x, y))
    np.testing.assert_allclose(found.scores(x), in_memory(x, y, x), atol=1e-7)


@pytest.mark.parametrize("far", [1e3, 1e5, -1e6])
def test_a_first_row_far_away_costs_no_digits_of_the_others(far: float) -> None:
    rng = np.random.default_rng(2)
    x = rng.standard_normal((20_000, 3))
    y = (x[:, 0] > 0).astype(np.int64)
    x[0] += far
    found = embeddings(lambda: iter([(x[:1], y[:1]), (x[1:], y[1:])]))
    # the columns have the condition |far|/sqrt(n) and more, and one pass leaves eps times its square
    off = 16 * np.finfo(float).eps * found.condition**2 + 1e-11
    np.testing.assert_allclose(found.scores(x[:200]), in_memory(x, y, x[:200]), atol=off)


def ill(condition: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Rows whose standardised columns have about this condition."""
    rng = np.random.default_rng(1)
    base = rng.standard_normal((800, 5))
    base[:, 4] = base[:, 3] + rng.standard_normal(800) / condition
    return base, (base[:, 0] + rng.standard_normal(800) > 0).astype(np.int64)


@pytest.mark.parametrize("condition", [1e2, 1e4, 3e4, 2e5])
def test_ill_conditioned_columns(condition: float) -> None:
    x, y = ill(condition)
    passes: list[str] = []
    found = embeddings((x, y), progress=lambda _done, _all, what: passes.append(what))
    assert ("rows, second pass" in passes) is (found.condition > ILL)
    np.testing.assert_allclose(found.scores(x), in_memory(x, y, x), atol=1e-16 * condition**2 + 1e-9)
    # An entry of a Gram matrix of variance 1 is rounded by about eps, and so is the square 1/condition^2 of the smallest
    # direction: after one pass v'v is off by eps condition^2, after a second one by the square of that.
    off = np.finfo(float).eps * found.condition**2
    v = found.basis.at(x)
    np.testing.assert_allclose(v.T @ v, np.eye(found.rank), atol=1e-9 if found.condition > ILL else 4 * off + 1e-13)


def test_columns_that_depend_on_others_or_are_constant_are_left_out() -> None:
    x = np.column_stack([X, X[:, 10] + X[:, 20], np.full(len(X), 7.0)])
    found = embeddings((x, Y))
    assert found.rank == embeddings((X, Y)).rank
    points = np.column_stack([NEW, NEW[:, 10] + NEW[:, 20], np.full(len(NEW), 7.0)])
    np.testing.assert_allclose(found.scores(points), in_memory(X, Y, NEW), atol=1e-9)
    assert not found.outside(points).any()
    points[0, -2] += 1
    points[1, -1] = 8
    assert np.flatnonzero(found.outside(points)).tolist() == [0, 1]
    assert "constant columns" in str(found)
    assert "directions below" in str(found)


def test_fewer_rows_than_columns() -> None:
    found = embeddings((X[:40], Y[:40]))
    assert found.rank == 40
    np.testing.assert_allclose(found.leverage(X[:40]), 1, atol=1e-8)
    np.testing.assert_array_equal(found.predicted(X[:40]), Y[:40])


@pytest.mark.parametrize("rho", [0.0, 0.4, 0.7])
def test_the_forecast_is_that_of_the_samples(rho: float) -> None:
    rng = np.random.default_rng(0)
    chosen = rng.permutation(len(Y))
    train, test = chosen[:1200], chosen[1200:1400]
    found = embeddings((X[train], Y[train])).forecast(X[test], Y[test], rho)
    drawn = forecast((X[train], Y[train]), rho=rho, test=(X[test], Y[test]), draws=40)
    assert drawn.test is not None
    assert found.agreement == pytest.approx(drawn.test.agreement, abs=0.02)
    assert found.accuracy == pytest.approx(drawn.test.accuracy, abs=0.02)


def test_trusted_predictions_are_those_that_draws_keep() -> None:
    rng = np.random.default_rng(3)
    x = rng.standard_normal((4000, 3))
    y = (x[:, 0] > 0).astype(np.int64) + 2 * (x[:, 1] > 0)
    points = rng.standard_normal((200, 3))
    clean = embeddings((x, y)).predicted(points)
    wrong = trusted = 0
    for draw in range(20):
        hit = np.random.default_rng(draw).random(4000) < 0.3
        noisy = np.where(hit, (y + rng.integers(1, 4, 4000)) % 4, y)
        found = embeddings((x, noisy), by_class=False)
        mask = found.trusted(points, 0.05)
        trusted += int(mask.sum())
        wrong += int((mask & (found.predicted(points) != clean)).sum())
    assert trusted > 400
    assert wrong <= 0.05 * 20 * 200


def test_pages_records_and_pickles() -> None:
    found = embeddings((X, Y))
    assert repr(found) == "<Embeddings: 1797 rows of 64 columns, 10 classes>"
    assert found.to_record()["rank"] == 62
    again = pickle.loads(pickle.dumps(found))
    np.testing.assert_array_equal(again.scores(NEW), found.scores(NEW))
    assert "condition" in str(found)
