"""What may be handed over as data: a name, a file, a data frame, a pair of arrays, a data set."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from numerics import datasets
from numerics.arrays.elsewhere import refuse_dask
from numerics.data.as_table import as_table
from numerics.data.given_csv import csv_table, given_csv
from numerics.data.given_data import NAME, described, given_data, pair_in
from numerics.data.given_frame import frame_table, given_frame
from numerics.data.given_npz import given_npz, npz_table
from numerics.data.given_parquet import given_parquet, parquet_table
from numerics.data.named import NPZ, PARQUET, is_file
from numerics.data.real_features import columns_of
from numerics.data.table import Table, Wanted, columns_named
from numerics.data.torch_samples import torch_samples
from numerics.data.torch_source import is_torch_data
from numerics.datasets.base import Dataset
from numerics.errors import DataError
from numerics.progress import Progress, silent
from symcheck.errors import shown

Given = str | os.PathLike[str] | Dataset | tuple[object, object]
"""Data as a user has them; a data frame as well, of a type of its own."""


def dataset_of(
    given: object, label: str | None = None, without: Sequence[str] = (), progress: Progress = silent
) -> Dataset:
    """A data set from its name, a file (CSV, parquet, npz), a data frame, a pair (X, y), or itself.

    A torch Dataset or DataLoader of rows of features that fit into memory is a pair, of which nothing is scaled yet.

    ``label`` is the column of a file or frame, or the array of an npz file, that holds the labels, ``without`` are
    those that are left out, and ``progress`` is called while a large file is read.  Raises ``UnknownNameError`` and
    ``DataError``.
    """
    refuse_dask(given, "data")
    path = path_of(given)
    if path is not None:
        if path.suffix.casefold() in NPZ:
            return given_npz(path, label, without)
        if path.suffix.casefold() in PARQUET:
            return given_parquet(path, label, without)
        return given_csv(path, label, without=without, progress=progress)
    if columns_of(given) is not None:
        return given_frame(given, label, without=without)
    columns = list(columns_named(without))
    if label is not None or columns:
        argument, value = ("label", label) if label is not None else ("without", columns)
        what = f"the data set {given!r}" if isinstance(given, str) else described(given)
        raise DataError(
            f"{argument}: got {shown(value, 80)} for {what}, which has no named columns; leave it out, or give a "
            "file (CSV, "
            "parquet, npz) or a data frame"
        )
    if is_torch_data(given):
        return as_table(torch_samples(given, progress))
    return datasets.load(given) if isinstance(given, str) else given_data(given)


def table_of(given: object, wanted: Wanted, progress: Progress = silent) -> Table | None:
    """What is ``wanted`` of a file, a data frame or a pair, before labels are numbered; None for anything else.

    Raises ``DataError`` for what cannot be read.
    """
    path = path_of(given)
    if path is not None:
        if path.suffix.casefold() in NPZ:
            return npz_table(path, wanted)
        if path.suffix.casefold() in PARQUET:
            return parquet_table(path, wanted)
        return csv_table(path, wanted, None, progress)
    if columns_of(given) is not None:
        return frame_table(given, wanted)
    parts = pair_in(given)
    return None if parts is None else Table(NAME, *parts, tuple(columns_of(parts[0]) or ()))


def path_of(given: object) -> Path | None:
    """The path of a file, None for anything else."""
    if isinstance(given, os.PathLike) or (isinstance(given, str) and is_file(given)):
        return Path(given)
    return None
