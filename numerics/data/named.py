"""What a text stands for as data: a file, or a data set of that name."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from numerics import datasets

NPZ = (".npz",)
PARQUET = (".parquet", ".pq")
ENDINGS = (".csv", ".tsv", ".txt", ".data", ".gz", *NPZ, *PARQUET)
"""A text that ends so is a file."""


def is_file(text: str) -> bool:
    """Whether ``text`` stands for a file, and not for a data set of that name.

    >>> is_file("iris"), is_file("iris.csv"), is_file("data/iris")
    (False, True, True)
    """
    known = (*datasets.names(), *datasets.fetched_names())
    is_path = text.casefold().endswith(ENDINGS) or "/" in text or os.sep in text
    # What no file can be called is none, and some systems say so by an error.
    with suppress(OSError, ValueError):
        return text not in known and (is_path or Path(text).is_file())
    return False


def check_named(text: str, argument: str = "data") -> None:
    """Raises ``UnknownNameError`` for a ``text`` of ``argument`` that is neither a file nor the name of a data set.

    Loads neither.
    """
    if not is_file(text):
        datasets.check_name(text, argument)
