"""Which classes a column of labels has: integers from 0 or 1 on, or names, of which other integers are some."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.arrays.columns import coded_column
from numerics.arrays.masks import is_missing
from numerics.data.real_features import array_of
from numerics.errors import DataError

MOST_SHOWN = 8
"""So many classes a note or an error lists."""

_WHOLE = re.compile(r"-?\d+", re.ASCII)


@dataclass(frozen=True, eq=False)
class Classes:
    """``labels`` (n,) in 0..C-1 with C = ``count``; ``names`` (C,) as they were written, where they are not numbers.

    ``first`` is the number that became 0, and ``notes`` say what a reader has to know.
    """

    labels: NDArray[np.int64]
    count: int
    names: tuple[str, ...]
    first: int = 0
    notes: tuple[str, ...] = ()


def classes_in(column: object, called: str = "y", *, is_column: bool = False) -> Classes:
    """The classes of the labels ``column`` (n,), which errors call ``called``.

    Labels 0 to C-1 or 1 to C, each at least once, are numbers; all others are names, numbers in the order of numbers
    and then texts.  Numbers from 0 or 1 on with a gap may lack a class: they are names only where ``is_column``, of a
    frame or a file, whose columns hold any numbers.  Raises ``DataError`` for such a gap, and for labels that are
    missing, fractions, or all the same.

    >>> classes_in([9, 3, 7, 9]).names, classes_in([9, 3, 7, 9]).labels
    (('3', '7', '9'), array([2, 0, 1, 2]))
    """
    labels = array_of(column, called)
    if _has_names(labels):
        return _named(column, called)
    whole = _whole(labels, called)
    present = np.unique(whole)
    begins = _begins_at_0_or_1(present)
    if len(present) == 1 and begins:
        raise DataError(f"data: {called} has the label {present[0]} alone; a classifier needs at least two classes")
    if not begins and not is_column and present[0] in (0, 1):
        listed = ", ".join(map(str, present[:MOST_SHOWN])) + (", ..." if len(present) > MOST_SHOWN else "")
        gap = int(present[np.flatnonzero(np.diff(present) > 1)[0]]) + 1
        raise DataError(
            f"data: {called} has the labels {listed}, and none is {gap}; where that class has no sample, number the "
            "others (np.unique(y, return_inverse=True)[1]), and where these are names of classes, give them as texts "
            "(y.astype(str))"
        )
    if not begins:
        return _named(whole, called)
    return Classes(whole - int(present[0]), len(present), (), int(present[0]))


def _named(column: object, called: str) -> Classes:
    labels, names = coded_column(column, called)
    if not all(map(_WHOLE.fullmatch, names)) or _begins_at_0_or_1(np.array([int(name) for name in names])):
        return Classes(labels, len(names), names)
    listed = ", ".join(names[:MOST_SHOWN]) + (", ..." if len(names) > MOST_SHOWN else "")
    note = (
        f"the labels {listed} of {called} are read as the names of C = {len(names)} classes: a class that has no "
        "sample is none of them"
    )
    return Classes(labels, len(names), names, notes=(note,))


def _has_names(labels: NDArray[np.generic]) -> bool:
    """Whether labels are texts: by their type, or, in an array of objects, by their entries."""
    if labels.dtype.kind in "UST":
        return True
    return labels.dtype.kind == "O" and any(isinstance(entry, str) for entry in labels.tolist())


def _whole(labels: NDArray[np.generic], called: str) -> NDArray[np.int64]:
    if labels.dtype.kind == "O" and all(isinstance(entry, int | float) for entry in labels.tolist()):
        labels = labels.astype(np.float64)
    if labels.dtype.kind not in "biuf":
        missing = [row for row, entry in enumerate(labels.ravel().tolist()) if is_missing(entry)]
        if missing:
            raise DataError(f"{called}: the label in row {missing[0]} is missing; leave such rows out")
        raise DataError(f"data: {called} has entries of type {labels.dtype}; accepted are whole numbers, or names")
    exact = labels.astype(np.float64)
    # Beyond 2^53 a float no longer tells one integer from the next.
    bad = np.flatnonzero(~np.isfinite(exact) | (exact != np.round(exact)) | (np.abs(exact) > 2**53))
    if bad.size:
        raise DataError(
            f"data: {called} has the label {labels[bad[0]]} in row {bad[0]}; accepted are whole numbers, or names"
        )
    return exact.astype(np.int64)


def _begins_at_0_or_1(present: NDArray[np.int64]) -> bool:
    """Whether the labels ``present``, in their order, are 0 to C-1 or 1 to C."""
    return present[0] in (0, 1) and bool((np.diff(present) == 1).all())
