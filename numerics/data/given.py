"""What may be handed over as data: a name, a CSV file, a data frame, a pair of arrays, a data set."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from numerics import datasets
from numerics.data.given_csv import given_csv
from numerics.data.given_data import columns_of, described, given_data
from numerics.data.given_frame import given_frame
from numerics.data.named import is_file
from numerics.datasets.base import Dataset
from numerics.errors import DataError
from numerics.progress import Progress, silent

Given = str | os.PathLike[str] | Dataset | tuple[object, object]
"""Data as a user has them; a data frame as well, of a type of its own."""


def dataset_of(
    given: object, label: str | None = None, without: Sequence[str] = (), progress: Progress = silent
) -> Dataset:
    """A data set from its name, a CSV file, a data frame, a pair (X, y), or itself.

    ``label`` is the column of a file or frame that holds the labels, ``without`` are columns that are left out, and
    ``progress`` is called while a large file is read.  Raises ``UnknownNameError`` and ``DataError``.
    """
    if isinstance(given, os.PathLike) or (isinstance(given, str) and is_file(given)):
        return given_csv(Path(given), label, without=without, progress=progress)
    if columns_of(given) is not None:
        return given_frame(given, label, without=without)
    if label is not None or len(without) > 0:
        argument, value = ("label", label) if label is not None else ("without", list(without))
        what = f"the data set {given!r}" if isinstance(given, str) else described(given)
        raise DataError(
            f"{argument}: got {value!r} for {what}, which has no named columns; leave it out, or give a CSV file or a "
            "data frame"
        )
    return datasets.load(given) if isinstance(given, str) else given_data(given)
