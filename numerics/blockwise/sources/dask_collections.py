"""Dask arrays and data frames: their blocks are summed up where they are, by the scheduler that is in use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import accumulate
from typing import Any, TypeVar

from numerics.arrays.elsewhere import check_length
from numerics.blockwise.blocks import Kernel, as_they_are, checked_block, first_rows
from numerics.blockwise.moments import Labels, Real
from numerics.data.label_column import check_kept, chosen_label, shown
from numerics.errors import DataError

S = TypeVar("S")

AT_ONCE = 8
"""Blocks that are asked for together where no cluster is in use."""
LEAST = 4
"""Blocks that are asked for together of a cluster, or one for each of its threads: sums by class are large."""
RETRIES = 3
"""How often a block is computed again that failed on a worker."""


@dataclass(frozen=True)
class Lazy:
    """Blocks that Dask holds: ``blocks`` are (start, X, y), delayed, with the row or the name of the part in front."""

    name: str
    rows: int | None
    blocks: Sequence[Any]

    def head(self) -> tuple[Real, Labels]:
        """The first blocks, which are brought here."""
        dask: Any = import_module("dask")
        parts = (_computed(dask, [dask.delayed(_of_block)(as_they_are, *block)])[0] for block in self.blocks)
        return first_rows((found for count, found in parts if count), self.name)

    def computed(self, kernel: Kernel[S], first: int = 0) -> Iterator[tuple[int, S]]:  # noqa: ARG002 - all of them
        """As they are done: on a cluster in any order, where a block of a worker that is lost is computed again."""
        dask: Any = import_module("dask")
        tasks = [dask.delayed(_of_block)(kernel, *block) for block in self.blocks]
        client = _client()
        if client is None:
            for start in range(0, len(tasks), AT_ONCE):
                yield from _computed(dask, tasks[start : start + AT_ONCE])
            return
        yield from _on_cluster(client, tasks)


def dask_arrays(features: Any, labels: Any) -> Lazy:
    """The rows of a Dask array (n, d), with labels (n,) of Dask or of NumPy.

    Raises ``DataError`` for shapes that do not fit, and blocks of unknown length.
    """
    da: Any = import_module("dask.array")
    for what, part in (("X", features), ("y", labels)):
        check_length(part, f"data: {what}")
    y = labels if hasattr(labels, "chunks") else da.from_array(labels, chunks=len(labels))
    if features.ndim != 2 or y.ndim != 1 or features.shape[0] != y.shape[0]:
        raise DataError(
            f"data: got X of shape {features.shape} and y of shape {y.shape}; accepted are (n, d) and (n,), with a row "
            "of features for each label (images: X.reshape(len(X), -1))"
        )
    x = features.rechunk({1: -1})
    starts = [0, *accumulate(x.chunks[0][:-1])]
    parts = zip(starts, x.to_delayed()[:, 0], y.rechunk((x.chunks[0],)).to_delayed(), strict=True)
    return Lazy("Dask array", int(x.shape[0]), list(parts))


def dask_frame(frame: Any, label: str | None, without: Sequence[str]) -> Lazy:
    """The rows of a Dask data frame with the labels in the column ``label``; partitions may have any length.

    Raises ``DataError`` for columns that it does not have.
    """
    dask: Any = import_module("dask")
    names = list(frame.columns)
    for asked in (*([] if label is None else [label]), *without):
        if asked not in names:
            raise DataError(f"data: the Dask data frame has no column {asked!r}; there are: {shown(names)}")
    chosen = label or chosen_label([n for n in names if n not in without], {}, "the Dask data frame")
    check_kept(chosen, without)
    columns = [n for n in names if n != chosen and n not in without]
    cut = dask.delayed(partial(_cut, columns=columns, label=chosen), nout=2)
    return Lazy("Dask data frame", None, [(f"partition {k}", *cut(part)) for k, part in enumerate(frame.to_delayed())])


def _cut(part: Any, columns: list[str], label: str) -> tuple[Any, Any]:
    return part[columns].to_numpy(), part[label].to_numpy()


def _of_block(kernel: Kernel[S], start: int | str, features: Any, labels: Any) -> tuple[int, S | None]:
    if not len(labels):
        return 0, None
    try:
        block, names = checked_block(features, labels, 0 if isinstance(start, str) else start)
    except DataError as error:
        if isinstance(start, str):
            raise DataError(f"{error} (rows are counted in {start})") from error
        raise
    return len(block), kernel(block, names)


def _on_cluster(client: Any, tasks: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    """What ``tasks`` give, as they are done, a few at a time: what is done waits in the memory of a worker."""
    from distributed import as_completed

    left, asked = list(tasks), set[Any]()
    done: Any = as_completed(loop=client.loop)  # type: ignore[no-untyped-call]
    try:
        while left or asked:
            few = max(LEAST, sum(client.nthreads().values()))
            if left and len(asked) < few:
                futures = client.compute(left[:few], retries=RETRIES)
                del left[:few]
                asked.update(futures)
                done.update(futures)
            future = next(done)
            found = _result(future)
            asked.discard(future)
            future.release()
            yield found
    finally:
        client.cancel(list(asked))


def _computed(dask: Any, tasks: Sequence[Any]) -> Any:
    try:
        return dask.compute(*tasks)
    except Exception as error:
        raise _failed(error) from error


def _result(future: Any) -> Any:
    try:
        return future.result()
    except Exception as error:
        raise _failed(error) from error


def _failed(error: Exception) -> Exception:
    """What is raised where a block cannot be computed: what is wrong with the data as it is."""
    if isinstance(error, DataError):
        return error
    told = f"{type(error).__name__}: {error}".splitlines()[0]
    return DataError(
        f"data: a block cannot be computed by Dask: {told}; compute one by itself to see why, X.blocks[0].compute(); "
        "where a worker was killed give it more memory, or take smaller chunks, X.rechunk(...)"
    )


def _client() -> Any:
    """The client of a cluster that is in use, None without one."""
    try:
        from distributed import default_client
    except ModuleNotFoundError:
        return None
    try:
        return default_client()  # type: ignore[no-untyped-call]
    except ValueError:
        return None
