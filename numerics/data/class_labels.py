"""Labels as numbers 0..C-1: whole numbers that begin at 0 or 1 as they are, all others as names of classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.arrays.columns import coded_column
from numerics.data.real_features import array_of
from numerics.errors import DataError


@dataclass(frozen=True, eq=False)
class ClassLabels:
    """``numbers`` (n,) in 0..C-1, the ``names`` of the classes where there are some, and the label that became 0."""

    numbers: NDArray[np.int64]
    names: tuple[str, ...]
    first: int = 0


def class_labels(
    given: object, called: str, argument: str = "data", known: Sequence[str] | None = None, *, is_column: bool = False
) -> ClassLabels:
    """The labels of ``given`` (n,), which errors call ``called``.

    Names, and whole numbers that do not begin at 0 or 1, such as -1 and 1 or 10, 20 and 30, are names of classes, in
    their order.  Numbers from 0 or 1 on with a gap may lack a class, and are taken for names only where ``is_column``,
    of a table, whose columns hold any numbers.  With ``known`` names of classes only these are taken.  Raises
    ``DataError`` for labels that are missing, no whole numbers and no names, and for fewer than two classes.
    """
    labels = array_of(given, called, argument)
    if labels.ndim != 1 or not labels.size:
        raise DataError(
            f"{argument}: got {called} of shape {labels.shape}; accepted is (n,), a label for each sample (y.argmax(1) "
            "turns one-hot rows into labels)"
        )
    if known is not None:
        return ClassLabels(coded_column(given, called, known, "those of the data")[0], tuple(known))
    if _has_names(labels):
        return ClassLabels(*coded_column(given, called))
    numbers = _whole(labels, called, argument)
    present = np.unique(numbers)
    is_row = bool((np.diff(present) == 1).all())
    if present[0] not in (0, 1) or (is_column and not is_row):
        return ClassLabels(*coded_column(numbers, called))
    if len(present) < 2:
        raise DataError(
            f"{argument}: {called} has the label {present[0]} alone; a classifier needs at least two classes"
        )
    if is_row:
        return ClassLabels(numbers - int(present[0]), (), int(present[0]))
    shown = ", ".join(map(str, present[:8])) + (", ..." if len(present) > 8 else "")
    lacking = next(k for k in range(int(present[0]), int(present[-1])) if k not in set(present.tolist()))
    raise DataError(
        f"{argument}: {called} has the labels {shown}, and none is {lacking}; where that class has no sample, number "
        "the others (np.unique(y, return_inverse=True)[1]), and where these are names of classes, give them as texts "
        "(y.astype(str))"
    )


def _has_names(labels: NDArray[np.generic]) -> bool:
    """Whether labels are texts: by their type, or, in an array of objects, by their entries."""
    if labels.dtype.kind in "UST":
        return True
    return labels.dtype.kind == "O" and any(isinstance(entry, str) for entry in labels.tolist())


def _whole(labels: NDArray[np.generic], called: str, argument: str) -> NDArray[np.int64]:
    if labels.dtype.kind == "O" and all(isinstance(entry, int | float) for entry in labels.tolist()):
        labels = labels.astype(np.float64)
    if labels.dtype.kind not in "biuf":
        raise DataError(
            f"{argument}: {called} has entries of type {labels.dtype}; accepted are whole numbers, or names"
        )
    exact = labels.astype(np.float64)
    # Beyond 2^53 a float no longer tells one integer from the next.
    bad = np.flatnonzero(~np.isfinite(exact) | (exact != np.round(exact)) | (np.abs(exact) > 2**53))
    if bad.size:
        raise DataError(
            f"{argument}: {called} has the label {labels[bad[0]]} in row {bad[0]}; accepted are whole numbers, or names"
        )
    return exact.astype(np.int64)
