"""Parquet files, and folders of them: batches of rows, of which only one is in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from numerics.blockwise.blocks import ROWS, Local
from numerics.data.label_column import check_kept, chosen_label, shown
from numerics.errors import DataError

NEEDED = 'pip install "symcheck[parquet]"'


def parquet_source(path: Path, label: str | None, without: Sequence[str]) -> Local:
    """The rows of a parquet file or folder; all columns but ``label`` and ``without`` are features.

    Raises ``DataError`` where pyarrow is missing, for what is no parquet, a column that is not there, and features that
    are no numbers.
    """
    try:
        import pyarrow as pa
        import pyarrow.dataset as tables
    except ModuleNotFoundError as error:
        raise DataError(f"data: {path} is read by pyarrow, and {error.name} is missing: {NEEDED}") from error
    try:
        table: Any = tables.dataset(path, format="parquet")
        rows = table.count_rows()
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"data: cannot read {path} as parquet: {error}; name a parquet file, or a folder") from error
    names = list(table.schema.names)
    for asked in (*([] if label is None else [label]), *without):
        if asked not in names:
            raise DataError(f"data: {path} has no column {asked!r}; there are: {shown(names)}")
    chosen = label or chosen_label([n for n in names if n not in without], {}, str(path))
    check_kept(chosen, without)
    columns = [n for n in names if n != chosen and n not in without]
    bad = [n for n in columns if not _is_number(table.schema.field(n).type, pa)]
    if bad:
        raise DataError(
            f"data: {path} has columns that hold no numbers: {shown(bad)}; leave them out, without=[{bad[0]!r}]"
        )

    def read(first: int) -> Iterator[tuple[Any, Any]]:
        left = first
        for batch in table.to_batches(columns=[*columns, chosen], batch_size=ROWS):
            part = batch.slice(min(left, len(batch)))
            left -= len(batch) - len(part)
            if len(part):
                yield _columns(part, columns), np.asarray(part.column(chosen).to_pylist())

    return Local(path.name, rows, read)


def _is_number(kind: Any, pa: Any) -> bool:
    types = pa.types
    return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind))


def _columns(batch: Any, names: Sequence[str]) -> Any:
    """The columns side by side; a missing entry is no number."""
    parts = [batch.column(n) for n in names]
    return np.column_stack([p.cast("float64").to_numpy(zero_copy_only=False) for p in parts])
