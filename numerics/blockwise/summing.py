"""One pass over a source: partial results merged as they come, with progress, and kept in a file on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from numerics.blockwise.blocks import Kernel, Source, no_rows
from numerics.errors import DataError
from numerics.progress import Progress, silent

S = TypeVar("S")


@dataclass(frozen=True)
class Kept(Generic[S]):
    """Where a pass begins, ``rows`` that are in ``sums`` already, and ``keep``, which is told of every block."""

    rows: int = 0
    sums: S | None = None
    keep: Callable[[int, S], None] | None = None


def summed(
    source: Source, kernel: Kernel[S], merge: Callable[[S, S], S], what: str, progress: Progress = silent,
    kept: Kept[S] | None = None,
) -> S:  # fmt: skip
    """What ``merge`` makes of ``kernel`` on every block; raises ``DataError`` for a source without rows."""
    begun = kept or Kept()
    rows, found = begun.rows, begun.sums
    for count, part in source.computed(kernel, rows):
        if not count:
            continue
        found = part if found is None else merge(found, part)
        rows += count
        progress(rows, max(rows, source.rows or 0), what)
        if begun.keep is not None:
            begun.keep(rows, found)
    if found is None:
        raise no_rows(source.name)
    if source.rows is not None and rows != source.rows:
        raise DataError(
            f"data: {source.name} handed over {rows} rows of {source.rows}; accepted is a source that hands over every "
            "row once a pass"
        )
    return found
