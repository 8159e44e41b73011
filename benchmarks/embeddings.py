"""Sums over blocks of many rows: ``python -m benchmarks.embeddings``.

Features of float32 in a mapped file, which is made first: products of Gaussian ones, rectified.  Timed is the pass of
``numerics.embeddings`` beside scikit-learn's IncrementalPCA, which reads the same blocks once as well (it is timed on a
tenth of the rows and its seconds scaled); the span of ten times fewer rows is compared with that of all in memory.
With ``--dask`` the rows are drawn on two workers, of which one is killed half-way.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.clock import peak_memory
from numerics import embeddings
from numerics.finite.span import span_of
from numerics.progress import bar

BLOCK = 2**14


def main() -> None:
    """Print seconds and memory."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=512)
    parser.add_argument("--classes", type=int, default=100)
    parser.add_argument("--repeat", type=int, default=3, help="passes that are timed (default: 3)")
    parser.add_argument(
        "--dask", type=int, metavar="ROWS", help="so many rows of 32 columns by Dask, one worker killed"
    )
    given = parser.parse_args()
    if given.dask:
        on_dask(given.dask)
        return
    with tempfile.TemporaryDirectory() as folder:
        path, labels = made(Path(folder), given.rows, given.columns, given.classes)
        mapped(path, labels, given.repeat)
        features = np.load(path, mmap_mode="r")
        peer(features)
        agreement(features, labels)


def made(folder: Path, rows: int, columns: int, classes: int) -> tuple[Path, np.ndarray]:
    """The file, and labels by a linear teacher with noise."""
    rng, path = np.random.default_rng(0), folder / "features.npy"
    features = np.lib.format.open_memmap(path, "w+", np.float32, (rows, columns))
    mixed = (rng.standard_normal((columns, columns)) / columns**0.5).astype(np.float32)
    offset, teacher = (rng.standard_normal(shape).astype(np.float32) for shape in (columns, (columns, classes)))
    labels = np.empty(rows, dtype=np.int64)
    for first in range(0, rows, BLOCK):
        block = rng.standard_normal((min(BLOCK, rows - first), columns), dtype=np.float32) @ mixed + offset
        features[first : first + BLOCK] = np.maximum(block, 0)
        scores = np.maximum(block, 0) @ teacher
        labels[first : first + BLOCK] = (scores + rng.gumbel(size=scores.shape) * scores.std()).argmax(1)
    features.flush()
    return path, labels


def mapped(path: Path, labels: np.ndarray, repeat: int) -> None:
    """Seconds of a pass, with and without Gram matrices by class, and the memory beyond the mapping."""
    for by_class in (False, True):
        wall, cpu = [], []
        before = private_memory()
        for _ in range(repeat):
            start, spent = time.perf_counter(), time.process_time()
            with bar("embeddings") as progress:
                found = embeddings((path, labels), by_class=by_class, progress=progress)
            wall.append(time.perf_counter() - start)
            cpu.append(time.process_time() - spent)
        kind = "Gram matrices by class" if by_class else "one Gram matrix"
        print(
            f"{found.rows} x {len(found.basis.shift)}, C = {found.classes}, {kind}: {min(wall):.1f} to {max(wall):.1f} "
            f"s a pass ({min(cpu):.1f} to {max(cpu):.1f} s of processor time), condition {found.condition:.3g}, "
            f"{private_memory() - before:.0f} MB more at the end, {peak_memory():.0f} MB at the peak with the mapping",
            flush=True,
        )


def private_memory() -> float:
    """Memory of this process in MB that no file stands behind; nan where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    fields = dict(line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines())
    return int(fields["RssAnon"].split()[0]) / 2**10


def peer(features: np.ndarray) -> None:
    """IncrementalPCA on a tenth of the rows: the same mean and the same span, by singular values of each block."""
    from sklearn.decomposition import IncrementalPCA

    count = len(features) // 10
    start = time.perf_counter()
    found = IncrementalPCA(batch_size=BLOCK)
    for first in range(0, count - count % BLOCK or count, BLOCK):
        found.partial_fit(features[first : min(first + BLOCK, count)])
    print(f"scikit-learn IncrementalPCA, scaled to all rows: {10 * (time.perf_counter() - start):.1f} s", flush=True)


def agreement(features: np.ndarray, labels: np.ndarray) -> None:
    """Scores from sums over blocks and from all rows in memory, on a tenth of the rows."""
    count = len(features) // 10
    some = np.asarray(features[:count], dtype=np.float64)
    span = span_of(some)
    hot = (labels[:count, None] == np.unique(labels[:count])) - 1 / len(np.unique(labels[:count]))
    expected = span.at(some[:1000]).coordinates @ (span.basis.T @ hot)
    found = embeddings((features[:count], labels[:count])).scores(some[:1000])
    print(f"largest difference to scores from all rows in memory: {np.abs(found - expected).max():.1e}")


def on_dask(rows: int) -> None:
    """Rows that are drawn on two workers; one of them is killed half-way, and the sums are those without that."""
    import dask.array as da
    from distributed import Client, LocalCluster

    x = da.random.RandomState(0).standard_normal((rows, 32), chunks=(100_000, 32))
    y = (x[:, 0] > 0).astype(int)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster):
        start = time.perf_counter()
        expected = embeddings((x, y), by_class=False)
        alone = time.perf_counter() - start
        killed: list[int] = []

        def kill(done: int, total: int, _what: str) -> None:
            if 2 * done > total and not killed:
                worker = next(iter(cluster.workers.values()))
                killed.append(done)
                worker.process.process.kill()

        start = time.perf_counter()
        found = embeddings((x, y), by_class=False, progress=kill)
        spent = time.perf_counter() - start
    points = np.random.default_rng(0).standard_normal((1000, 32))
    apart = np.abs(found.scores(points) - expected.scores(points)).max()
    print(
        f"{found.rows} x 32 by Dask on two workers: {alone:.1f} s; with one killed after {killed[0]} rows {spent:.1f} "
        f"s, largest difference of scores {apart:.1e}"
    )


if __name__ == "__main__":
    main()
