"""Columns of labels: integers or names, from arrays, tensors, data frames or CSV files, as numbers 0..C-1."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.arrays.csv_file import csv_file
from numerics.arrays.elsewhere import computed
from numerics.arrays.masks import is_missing, refuse_mask
from numerics.arrays.written_numbers import is_left_out
from numerics.errors import DataError
from numerics.progress import Progress, silent

MOST_SHOWN = 8
"""How many labels an error lists."""


def coded_column(
    column: object, name: str, names: Sequence[str] | None = None, accepted: str = "the clean ones"
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """The labels of ``column`` as numbers 0..C-1 and the ``names`` they stand for, in order.

    Numbers are ordered as numbers, everything else as text; with ``names`` given, only these are taken, which errors
    call ``accepted``.  Raises ``DataError`` for a missing label, fewer than two classes, or a label that is not among
    ``names``.
    """
    texts = _texts(column, name)
    if names is None:
        names = tuple(sorted(set(texts), key=_in_order))
        if len(names) < 2:
            raise DataError(f"{name}: every label is {names[0]!r}; a classifier needs at least two classes")
    places = {text: place for place, text in enumerate(names)}
    for row, text in enumerate(texts):
        if text not in places:
            shown = ", ".join(names[:MOST_SHOWN]) + (", ..." if len(names) > MOST_SHOWN else "")
            raise DataError(f"{name}: got the label {text!r} in row {row}; accepted are {accepted}: {shown}")
    return np.array([places[text] for text in texts], dtype=np.int64), tuple(names)


def read_columns(path: str | Path, wanted: Sequence[str], progress: Progress = silent) -> dict[str, list[str]]:
    """The columns ``wanted`` of a CSV file whose first line names its columns, as ``csv_file`` reads it.

    Raises ``DataError`` for a file that cannot be read, and a column that it does not have, or not in every line.
    """
    file = csv_file(path)
    places = {name: file.place(name) for name in wanted}
    found: dict[str, list[str]] = {name: [] for name in wanted}
    for block in file.blocks(progress):
        for name, place in places.items():
            texts = block.column(place)
            # Labels are few, and lines many.
            if left_out := {text for text in set(texts) if is_left_out(text)}:
                line = next(line for line, text in zip(block.lines, texts, strict=True) if text in left_out)
                raise DataError(f"{name}: the label in line {line} of {path} is missing; leave such lines out")
            found[name] += texts
    return found


def _texts(column: object, name: str) -> list[str]:
    """The labels as texts, whole numbers as such."""
    refuse_mask(column, name, DataError)
    column = computed(column, name, by_blocks=False)
    if isinstance(column, torch.Tensor):
        column = column.detach().cpu().numpy()
    if hasattr(column, "to_numpy"):  # a pandas or polars column
        column = column.to_numpy()
    try:
        values = np.asarray(column)
    except (TypeError, ValueError) as error:
        raise DataError(f"{name}: cannot be read as a column of labels: {error}") from error
    if values.ndim != 1 or not values.size:
        raise DataError(f"{name}: got shape {values.shape}; accepted is a column (n,) of at least one label")
    return [_text(value, name, row) for row, value in enumerate(values.tolist())]


def _text(value: object, name: str, row: int) -> str:
    if isinstance(value, bool | int):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str) and value.strip():
        return value.strip()
    if is_missing(value) or isinstance(value, str):
        raise DataError(f"{name}: the label in row {row} is missing; leave such rows out")
    raise DataError(f"{name}: got the label {value!r} in row {row}; accepted are integers and names")


def _in_order(text: str) -> tuple[int, int, str]:
    """Whole numbers first, as numbers, then names."""
    number = text.removeprefix("-")
    return (0, int(text), "") if number.isascii() and number.isdigit() else (1, 0, text)
