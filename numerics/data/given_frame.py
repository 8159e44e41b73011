"""Data that a user hands over as columns: of a data frame, or of a CSV file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from numerics.arrays.columns import read_columns
from numerics.data.given_data import NAME, columns_of, described, given_data
from numerics.datasets.base import Dataset
from numerics.errors import DataError


def given_frame(
    frame: object, label: str, features: Sequence[str] | None = None, noisy: str | None = None, name: str = NAME
) -> Dataset:
    """The data set of a data frame: the column ``label``, and the columns ``features``, by default all the others.

    ``noisy`` names a column of noisy labels.  Raises ``DataError`` for a column that the frame does not have, and as
    ``given_data``.
    """
    columns = columns_of(frame)
    if columns is None:
        raise DataError(f"data: got {described(frame)}; accepted is a data frame with named columns, as of pandas")
    for wanted in [label, *(features or ()), *([noisy] if noisy else ())]:
        if wanted not in columns:
            raise DataError(f"data: the frame has no column {wanted!r}; there are: {', '.join(map(str, columns))}")
    kept = [c for c in columns if c not in (label, noisy)] if features is None else list(features)
    get: Callable[..., object] = getattr(frame, "__getitem__")  # noqa: B009 - a frame of any library
    return given_data((get(kept), get(label)), get(noisy) if noisy else None, name)


def given_csv(
    path: str | Path, label: str, features: Sequence[str], noisy: str | None = None, name: str | None = None
) -> Dataset:
    """The data set of the columns of a CSV file whose first line names them; as ``given_frame``, without pandas."""
    columns = read_columns(path, [*features, label, *([noisy] if noisy else [])])
    real = np.empty((len(columns[label]), len(features)))
    for place, feature in enumerate(features):
        for row, text in enumerate(columns[feature]):
            try:
                real[row, place] = float(text)
            except ValueError:
                raise DataError(
                    f"{feature}: got {text!r} in row {row} of {path}; accepted are real numbers; leave the column out, "
                    "or turn it into numbers"
                ) from None
    labels: list[object] = [_number(text) for text in columns[label]]
    # One label that is no integer makes names of all of them: 1, 2 and "x" are three names.
    if any(isinstance(entry, str) for entry in labels):
        labels = list(columns[label])
    return given_data((real, labels), columns[noisy] if noisy else None, name or Path(path).name)


def _number(text: str) -> object:
    try:
        return int(text)
    except ValueError:
        return text
