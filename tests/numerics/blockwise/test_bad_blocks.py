"""What no source may hand over, and passes that are cut off: errors that say what to do, and nothing lost."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.sparse
import torch
from torch import nn
from torch.utils.data import (
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    TensorDataset,
    WeightedRandomSampler,
)

from numerics import embeddings
from numerics.blockwise import blocks, checkpoint
from numerics.blockwise.sources import arrays
from numerics.errors import CheckpointError, DataError, FiniteError, ModelError, NoiseError

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((250, 3)), np.arange(250) % 2


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several blocks."""
    for module in (blocks, arrays):
        monkeypatch.setattr(module, "ROWS", 100)


def with_entry(value: float, row: int = 120) -> Any:
    found = X.copy()
    found[row, 1] = value
    return found


BAD: dict[str, tuple[Any, str]] = {
    "a number": (7, "data: got a int; accepted is a pair (X, y) of arrays, memory maps, sparse matrices or Dask"),
    "three parts": ((X, Y, Y), "data: got a tuple of length 3; accepted is a pair (X, y)"),
    "images": (
        (X.reshape(-1, 1, 3), Y),
        "data: got X of shape (250, 1, 3) and y of shape (250,); accepted are (n, d) and (n,), with a row of features "
        "for each label (images: X.reshape(len(X), -1))",
    ),
    "labels of another length": ((X, Y[:-1]), "data: got X of shape (250, 3) and y of shape (249,); accepted"),
    "no rows": ((X[:0], Y[:0]), "data: got X of shape (0, 3) and y of shape (0,); accepted"),
    "one label": ((X, Y * 0), "data: every label is 0; a classifier needs at least two classes"),
    "not a number": ((with_entry(np.nan), Y), "data: X is not finite in row 120; leave such rows out or fill them in"),
    "infinite": ((with_entry(-np.inf, 240), Y), "data: X is not finite in row 240"),
    "masked": ((np.ma.masked_greater(X, 1), Y), "data: X: got a masked array, whose masked entries are missing"),
    "masked labels": ((X, np.ma.masked_equal(Y, 1)), "data: y: got a masked array, whose masked entries are missing"),
    "complex": ((X + 1j, Y), "data: X has complex entries; accepted are real numbers"),
    "texts": ((X.astype(str).astype(object) + "m", Y), "data: the block of X from row 0 on cannot be read as numbers"),
    "a missing label": ((X, np.where(Y == 0, None, "a")), "data: the label in row 0 is missing; leave such rows out"),
    "labels that are no whole numbers": (
        (X, Y + 0.5), "data: got the label 0.5 in row 0; accepted are whole numbers and names"
    ),
    "no column varies": ((X * 0 + 3, Y), "data: no column varies, so that none says anything about the label"),
    "too large": ((X * [1, 1e200, 1], Y), "data: column 1 has entries of the size"),
    "too small": ((X * [1, 1, 1e-200], Y), "data: column 2 has entries of the size"),
    "blocks that are no pairs": (lambda: iter([X]), "data: block 0 of the stream is a ndarray; accepted are pairs"),
    "blocks of another width": (
        lambda: iter([(X, Y), (X[:, :2], Y)]),
        "data: the block from row 250 on has 2 columns, those before it 3; accepted are blocks of one width",
    ),
    "labels of two kinds": (
        lambda: iter([(X, Y), (X, np.where(Y == 0, "a", "b"))]),
        "data: labels are names in some blocks and whole numbers in others (0, a); accepted is one kind",
    ),
    "no blocks": (lambda: iter([]), "data: stream has no rows; there is nothing in it"),
    "a file that is none": (("nowhere.npy", Y), "data: cannot map X from nowhere.npy"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_what_no_source_may_hand_over(kind: str) -> None:
    data, message = BAD[kind]
    with pytest.raises(DataError) as raised:
        embeddings(data)
    assert str(raised.value).startswith(message)


def test_so_many_columns_that_no_gram_matrix_has_room() -> None:
    wide = scipy.sparse.csr_array((250, 40_000))
    with pytest.raises(DataError) as raised:
        embeddings((wide, Y))
    assert str(raised.value) == (
        "data: 2 Gram matrices of 40000 columns take 24 GB, and accepted are 8; by_class=False keeps one in all"
    )
    with pytest.raises(DataError, match="1 Gram matrices of 40000 columns take 12 GB"):
        embeddings((wide, Y), by_class=False)


def test_arguments_that_belong_to_other_data() -> None:
    with pytest.raises(DataError, match=r"^label: got one for a tuple of length 2, which has no named columns"):
        embeddings((X, Y), label="y")
    with pytest.raises(DataError, match=r"^network: got one beside a tuple of length 2"):
        embeddings((X, Y), network=nn.Linear(3, 2))
    with pytest.raises(DataError, match=r"^layer: got one beside"):
        embeddings((X, Y), layer="0")


def test_points_and_settings() -> None:
    found = embeddings((X, Y), by_class=False)
    for points in (X[:, :2], X[0], with_entry(np.nan)):
        with pytest.raises(DataError, match=r"^points: got shape"):
            found.scores(points)
    with pytest.raises(DataError, match=r"^points: got a masked array"):
        found.scores(np.ma.masked_greater(X, 1))
    with pytest.raises(FiniteError, match=r"^by_class: the sums by class were not kept"):
        found.forecast(X, Y, 0.2)
    for delta in (0, 1, True, "0.1"):
        with pytest.raises(FiniteError, match=r"^delta: got"):
            found.trusted(X, delta)  # type: ignore[arg-type]
    kept = embeddings((X, Y))
    with pytest.raises(NoiseError, match=r"^rho: got 0.5"):
        kept.forecast(X, Y, 0.5)
    with pytest.raises(DataError, match=r"^labels: got 6, which no row has"):
        kept.forecast(X, Y + 6, 0.2)
    with pytest.raises(DataError, match=r"^labels: got shape \(249,\) for 250 points"):
        kept.forecast(X, Y[1:], 0.2)
    constant = embeddings((np.column_stack([X, np.ones(250)]), Y))
    with pytest.raises(DataError, match=r"^points: of 3 none is inside, where features are combinations"):
        constant.forecast(np.column_stack([X[:3], np.zeros(3)]), Y[:3], 0.2)


# parquet and Dask


def test_a_parquet_file_without_the_columns(tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    path = tmp_path / "rows.parquet"
    frame = pd.DataFrame(X, columns=list("abc")).assign(species=Y, place="here")
    frame.to_parquet(path)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"label": "kind"}, f"data: {path} has no column 'kind'; there are: a, b, c, species, place"),
        ({"label": "species", "without": ["d"]}, f"data: {path} has no column 'd'; there are: a, b, c, species, place"),
        ({}, f"label: {path} has no column of names that come again"),
        ({"label": "species"}, f"data: {path} has columns that hold no numbers: place; leave them out"),
        ({"label": "species", "without": ["species"]}, "without: 'species' is the label"),
    ]
    for given, message in cases:
        with pytest.raises(DataError) as raised:
            embeddings(path, **given)
        assert str(raised.value).startswith(message)
    with pytest.raises(DataError, match="as parquet"):
        embeddings(tmp_path / "none.parquet")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(DataError, match="as parquet"):
        embeddings(tmp_path / "bad.parquet")
    frame.loc[7, "b"] = None
    frame.to_parquet(path)
    with pytest.raises(DataError, match="X is not finite in row 7"):
        embeddings(path, label="species", without=["place"])


def test_a_dask_array_of_unknown_length() -> None:
    da = pytest.importorskip("dask.array")
    x, y = da.from_array(X, chunks=100), da.from_array(Y, chunks=100)
    kept = y >= 0
    for pair, what in (((x[kept], y[kept]), "X"), ((x, y[kept]), "y")):
        with pytest.raises(DataError) as raised:
            embeddings(pair)
        assert str(raised.value) == (
            f"data: {what} is a Dask array of unknown length; call compute_chunk_sizes() on it first, which counts "
            "its rows"
        )
    counted = x[kept].compute_chunk_sizes(), y[kept].compute_chunk_sizes()
    np.testing.assert_allclose(embeddings(counted).scores(X), embeddings((X, Y)).scores(X), atol=1e-12)


def test_rows_of_dask_blocks_have_their_numbers() -> None:
    da, frames, pd = (pytest.importorskip(name) for name in ("dask.array", "dask.dataframe", "pandas"))
    lazy = da.from_array(with_entry(np.nan), chunks=(100, 2)), da.from_array(Y, chunks=70)
    with pytest.raises(DataError) as raised:
        embeddings(lazy)
    assert str(raised.value) == "data: X is not finite in row 120; leave such rows out or fill them in"
    frame = pd.DataFrame(with_entry(np.nan), columns=list("abc")).assign(y=Y)
    with pytest.raises(DataError) as raised:
        embeddings(frames.from_pandas(frame, chunksize=100), label="y")
    assert str(raised.value) == (
        "data: X is not finite in row 20; leave such rows out or fill them in (rows are counted in partition 1)"
    )


def test_a_dask_block_that_cannot_be_computed() -> None:
    da = pytest.importorskip("dask.array")

    def gone(_block: Any) -> Any:
        raise OSError(errno.EIO, "the disk is gone")

    x = da.from_array(X, chunks=100).map_blocks(gone, dtype=float, meta=np.empty((0, 0)))
    with pytest.raises(DataError) as raised:
        embeddings((x, Y))
    assert str(raised.value) == (
        "data: a block cannot be computed by Dask: OSError: [Errno 5] the disk is gone; compute one by itself to see "
        "why, X.blocks[0].compute(); where a worker was killed give it more memory, or take smaller chunks, "
        "X.rechunk(...)"
    )


# loaders


class EndsEarly(Dataset[Any]):
    """Says that it has more samples than it has."""

    def __len__(self) -> int:
        return 300

    def __getitem__(self, i: int) -> Any:
        if i >= 250:
            raise OSError(errno.EIO, "the disk is gone")
        return torch.from_numpy(X[i]), int(Y[i])


class Noisy(Dataset[Any]):
    """Draws its samples anew each time."""

    def __len__(self) -> int:
        return 250

    def __getitem__(self, i: int) -> Any:
        x = torch.from_numpy(X[i]) + torch.randn(3)
        return torch.cat([x, x[:1] * (1 + 3e-6 * torch.randn(1))]), int(Y[i])


class Stream(IterableDataset[Any]):
    """Samples of which nobody knows how many there are."""

    def __iter__(self) -> Iterator[Any]:
        yield from ((torch.from_numpy(x), int(y)) for x, y in zip(X, Y, strict=True))


def test_loaders() -> None:
    pairs = TensorDataset(torch.from_numpy(X), torch.from_numpy(Y))
    expected = embeddings((X, Y)).scores(X)
    np.testing.assert_allclose(embeddings(DataLoader(Stream(), batch_size=32)).scores(X), expected, atol=1e-12)
    cases: list[tuple[DataLoader[Any], str]] = [
        (DataLoader(EndsEarly(), batch_size=50), "data: the loader failed in batch 5: OSError: [Errno 5] the disk is"),
        (
            DataLoader(pairs, batch_size=100, drop_last=True),
            "data: the loader ended after 200 of 250 samples (drop_last leaves samples out); accepted is one that",
        ),
        (
            DataLoader(TensorDataset(torch.from_numpy(X)), batch_size=50),
            "data: batch 0 of the loader is no pair of tensors (x, y)",
        ),
        (
            DataLoader(pairs, batch_size=50, sampler=WeightedRandomSampler([1.0] * 250, 250)),
            "data: the loader has a WeightedRandomSampler, which may leave samples out or repeat them; accepted is",
        ),
        (
            DataLoader(pairs, batch_size=50, sampler=RandomSampler(pairs, replacement=True)),
            "data: the loader has a RandomSampler, which may leave samples out or repeat them; accepted is",
        ),
        (
            DataLoader(pairs, batch_sampler=[[0, 1], [1, 2]]),
            "data: the loader has a list, which may leave samples out or repeat them; accepted is each sample once",
        ),
        (DataLoader(pairs, batch_size=None), "data: batch 0 of the loader is no pair of tensors (x, y)"),
    ]
    for loader, message in cases:
        with pytest.raises(DataError) as raised:
            embeddings(loader)
        assert str(raised.value).startswith(message)
    torch.manual_seed(0)
    with pytest.raises(DataError, match=r"^data: the second pass handed over other rows than the first"):
        embeddings(DataLoader(Noisy(), batch_size=50))


def test_layers() -> None:
    loader = DataLoader(TensorDataset(torch.from_numpy(X).float(), torch.from_numpy(Y)), batch_size=50)
    network = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    with pytest.raises(ModelError, match=r"^layer: the network has no module 'body'; there are: 0, 1, 2"):
        embeddings(loader, network=network, layer="body")
    shared = nn.Linear(3, 3)
    twice = nn.Sequential(shared, nn.ReLU(), shared)
    with pytest.raises(ModelError, match=r"^layer: its output is not one tensor with a row for each of 50 samples"):
        embeddings(loader, network=twice, layer="0")
    assert not shared._forward_hooks


# passes that are cut off


def interrupted(after: int) -> Any:
    """A progress that is interrupted after so many rows."""

    def report(done: int, _total: int, _what: str) -> None:
        if done > after:
            raise KeyboardInterrupt

    return report


def test_an_interrupted_pass_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "EVERY", 0.0)
    file, told = tmp_path / "sums.npz", []
    with pytest.raises(KeyboardInterrupt):
        embeddings((X, Y), checkpoint=file, progress=interrupted(150))
    found = embeddings((X, Y), checkpoint=file, progress=lambda done, _all, _what: told.append(done))
    assert told[0] > 100
    np.testing.assert_allclose(found.scores(X), embeddings((X, Y)).scores(X), atol=1e-13)
    # all of it is in the file now
    np.testing.assert_array_equal(embeddings((X, Y), checkpoint=file).scores(X), found.scores(X))


def test_files_of_other_sums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "EVERY", 0.0)
    file = tmp_path / "sums.npz"
    embeddings((X, Y), checkpoint=file)
    with pytest.raises(
        CheckpointError, match=r"^checkpoint: .* has sums of rows, 250 rows, with Gram matrices by class"
    ):
        embeddings((X, Y), checkpoint=file, by_class=False)
    with pytest.raises(CheckpointError, match="has sums of"):
        embeddings((X[:200], Y[:200]), checkpoint=file)
    with pytest.raises(CheckpointError, match="has sums of"):
        embeddings((X + 1, Y), checkpoint=file)
    file.write_bytes(b"no such thing")
    with pytest.raises(CheckpointError, match=r"^checkpoint: cannot read"):
        embeddings((X, Y), checkpoint=file)
    loader = DataLoader(TensorDataset(torch.from_numpy(X), torch.from_numpy(Y)), batch_size=50, shuffle=True)
    with pytest.raises(CheckpointError, match="for a loader that shuffles, which come in another order every time"):
        embeddings(loader, checkpoint=file)


def test_a_full_disk_leaves_the_sums_of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "EVERY", 0.0)
    file = tmp_path / "sums.npz"
    with pytest.raises(KeyboardInterrupt):
        embeddings((X, Y), checkpoint=file, progress=interrupted(150))
    before = file.read_bytes()

    def full(_path: Any, _content: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(checkpoint, "written", full)
        with pytest.raises(CheckpointError, match=r"^checkpoint: cannot write .*: No space left on device; make room"):
            embeddings((X, Y), checkpoint=file)
    assert file.read_bytes() == before
    np.testing.assert_allclose(embeddings((X, Y), checkpoint=file).scores(X), embeddings((X, Y)).scores(X), atol=1e-13)


@pytest.mark.slow
def test_a_worker_that_is_killed_changes_nothing() -> None:
    distributed = pytest.importorskip("distributed")
    da = pytest.importorskip("dask.array")
    x = da.random.RandomState(0).standard_normal((400_000, 8), chunks=(5_000, 8))
    y = (x[:, 0] > 0).astype(int)
    expected = embeddings((x, y), by_class=False)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster),
    ):
        killed: list[int] = []

        def kill(done: int, _total: int, _what: str) -> None:
            if done > 50_000 and not killed:
                worker = next(iter(cluster.workers.values()))
                killed.append(worker.process.process.pid)
                worker.process.process.kill()

        found = embeddings((x, y), by_class=False, progress=kill)
    assert killed
    assert found.rows == 400_000
    points = np.random.default_rng(0).standard_normal((50, 8))
    np.testing.assert_allclose(found.scores(points), expected.scores(points), atol=1e-10)
