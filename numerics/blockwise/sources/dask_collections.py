"""Dask arrays and data frames: their blocks are summed up where they are, by the scheduler that is in use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, TypeVar, cast

from numerics.arrays.elsewhere import check_length
from numerics.blockwise.blocks import Kernel, checked_block, no_rows
from numerics.data.label_column import check_kept, chosen_label, shown
from numerics.errors import DataError

S = TypeVar("S")

AT_ONCE = 8
"""Blocks that are asked for together where no cluster is in use."""


@dataclass(frozen=True)
class Lazy:
    """Blocks that Dask holds: ``blocks`` are delayed pairs (X, y)."""

    name: str
    rows: int | None
    blocks: Sequence[Any]

    def of_first(self, kernel: Kernel[S]) -> S:
        """That of the first block which is not empty."""
        dask: Any = import_module("dask")
        for block in self.blocks:
            count, found = dask.compute(dask.delayed(_of_block)(kernel, *block))[0]
            if count:
                return cast("S", found)
        raise no_rows(self.name)

    def computed(self, kernel: Kernel[S], first: int = 0) -> Iterator[tuple[int, S]]:  # noqa: ARG002 - all of them
        """As they are done: on a cluster in any order, where a block of a worker that is lost is computed again."""
        dask: Any = import_module("dask")
        tasks = [dask.delayed(_of_block)(kernel, *block) for block in self.blocks]
        client = _client()
        if client is None:
            for start in range(0, len(tasks), AT_ONCE):
                yield from dask.compute(*tasks[start : start + AT_ONCE])
            return
        from distributed import as_completed

        futures = client.compute(tasks, retries=3)
        try:
            for future in as_completed(futures, loop=client.loop):  # type: ignore[no-untyped-call]
                yield future.result()
                future.release()
        finally:
            client.cancel(futures)


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
    parts = zip(x.to_delayed()[:, 0], y.rechunk((x.chunks[0],)).to_delayed(), strict=True)
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
    return Lazy("Dask data frame", None, [tuple(cut(part)) for part in frame.to_delayed()])


def _cut(part: Any, columns: list[str], label: str) -> tuple[Any, Any]:
    return part[columns].to_numpy(), part[label].to_numpy()


def _of_block(kernel: Kernel[S], features: Any, labels: Any) -> tuple[int, S | None]:
    if not len(labels):
        return 0, None
    block, names = checked_block(features, labels, 0)
    return len(block), kernel(block, names)


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
