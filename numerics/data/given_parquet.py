"""Data that a user hands over as a parquet file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import cast

import numpy as np

from numerics.data.given_data import numbered
from numerics.data.given_frame import frame_table, names_among
from numerics.data.row_numbers import refuse_row_numbers
from numerics.data.table import Table, Wanted
from numerics.datasets.base import Dataset
from numerics.errors import DataError

NEEDED = 'pip install "symcheck[parquet]"'


def given_parquet(
    path: str | Path, label: str | None = None, without: Sequence[str] = (), name: str | None = None
) -> Dataset:
    """The data set of a parquet file, or of a folder of such: columns of numbers, and one of labels.

    Parameters: ``label`` the column of the labels, by default the one called label, target, class or y, else the only
    one of names; ``without`` columns that are left out; ``name`` what the data are called, by default as the file.

    Raises ``DataError`` where pandas or pyarrow is not installed, for a file that is none, a column that it does not
    have, features that are no numbers or count the rows, and as ``given_frame``.
    """
    return numbered(parquet_table(path, Wanted(label, without=without), name))


def parquet_table(path: str | Path, wanted: Wanted, name: str | None = None) -> Table:
    """The columns ``wanted`` of a parquet file; raises ``DataError`` as ``given_parquet``."""
    frame = _frame(path, wanted.argument)
    table = frame_table(frame, wanted, name or Path(path).name, str(path))
    if wanted.features is None:
        named = names_among(frame, table.columns)
        if named:
            more = f" and {len(named) - 4} more" if len(named) > 4 else ""
            raise DataError(
                f"{wanted.argument}: {path} has columns of names beside the label {table.label!r}: "
                f"{', '.join(named[:4])}{more}; leave them out, without=[{named[0]!r}] in Python or --without "
                f"{quote(named[0])} on the command line, or turn each into columns of 0 and 1 (pandas.get_dummies "
                "does so)"
            )
        for column in table.columns:
            values = np.asarray(frame[column])  # type: ignore[index]
            if values.dtype.kind in "iuf":
                refuse_row_numbers(values.astype(np.float64), column, str(path))
    return table


def _frame(path: str | Path, argument: str) -> object:
    try:
        import pandas as pd
        import pyarrow as pa
    except ModuleNotFoundError as error:
        raise DataError(f"path: {path} is read by pandas and pyarrow, and {error.name} is missing: {NEEDED}") from error
    try:
        found = pd.read_parquet(path, engine="pyarrow")
    except OSError as error:
        reason = "No such file or directory" if isinstance(error, FileNotFoundError) else error.strerror or error
        raise DataError(f"path: cannot read {path}: {reason}; name a parquet file") from error
    except (pa.ArrowException, ValueError) as error:
        raise DataError(f"path: cannot read {path} as parquet: {error}; name a parquet file") from error
    if found.empty:
        raise DataError(
            f"{argument}: {path} has {len(found.columns)} columns and {len(found)} rows; there is nothing in it"
        )
    return cast("object", found)
