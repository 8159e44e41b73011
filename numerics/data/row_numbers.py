"""Columns of a file that count its rows, and say nothing about a sample."""

from __future__ import annotations

from shlex import quote

import numpy as np
from numpy.typing import NDArray

from numerics.errors import DataError

_FEWEST_COUNTED = 5
"""So many numbers 1, 2, 3, ... are those of the rows."""


def refuse_row_numbers(column: NDArray[np.float64], name: str, table: str) -> None:
    """Raise ``DataError`` if ``column`` (n,), ``name`` of the file ``table``, counts the rows from 0 or 1 on.

    Of sorted rows it would give the label away.

    >>> refuse_row_numbers(np.array([0.0, 1.0, 2.0, 3.0, 5.0]), "nr", "iris.csv")
    """
    if len(column) < _FEWEST_COUNTED or column[0] not in (0, 1) or not (np.diff(column) == 1).all():
        return
    raise DataError(
        f"{name}: this column of {table} counts the rows, and says nothing about a sample; leave it out, "
        f"without=[{name!r}] in Python or --without {quote(name)} on the command line, or name the features=[...] in "
        "Python"
    )
