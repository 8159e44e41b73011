"""Data that a user hands over: features and labels as arrays, tensors, lists or frames, checked before training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from numerics import datasets
from numerics.arrays.columns import coded_column
from numerics.arrays.masks import is_missing, refuse_mask
from numerics.datasets.base import Dataset
from numerics.errors import DataError

NAME = "given data"
"""What such data are called in tables and reports."""


def given_data(pair: object, noisy: object = None, name: str = NAME, called: str = "y") -> Dataset:
    """The data set of ``pair``: features X (n, d) and labels y (n,), from 0 to C-1, from 1 to C, or names.

    A data set, such as one of ``given_frame``, is returned as it is.
    Names are numbered in their order and kept.  ``noisy`` (n,) are labels that somebody else gave to the same samples;
    ``called`` is what errors call y, as the column that it was.  Raises ``DataError`` for another shape, entries that
    are no finite numbers, features that are all constant, and labels that are missing, no integers, leave out a class,
    or are all the same.

    >>> given_data(([[0.5], [1.5], [2.5]], [1, 2, 3])).labels
    array([0, 1, 2])
    >>> given_data(([[0.5], [1.5], [2.5]], ["owl", "cat", "owl"])).label_names
    ('cat', 'owl')
    """
    if isinstance(pair, Dataset):
        return pair
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise DataError(
            f"data: got {described(pair)}; accepted is a name ({datasets.listed()}), a CSV file, a data frame, or a "
            "pair (X, y) of features (n, d) and labels (n,)"
        )
    features, labels = (_array(part, side) for part, side in zip(pair, ("X", called), strict=True))
    if features.ndim != 2 or labels.ndim != 1 or len(features) != len(labels) or not features.size:
        raise DataError(
            f"data: got X of shape {features.shape} and y of shape {labels.shape}; accepted are (n, d) and (n,), with "
            "a row of features for each label (y.argmax(1) turns one-hot rows into labels, X[:, None] a single feature "
            "into a column)"
        )
    real = _real(features, pair[0])
    if _has_names(labels):
        numbers, names = coded_column(pair[1], called)
    else:
        numbers, names = _numbered(_whole(labels, called), called), ()
    count = int(numbers.max()) + 1
    first = 0 if names else int(np.nanmin(labels.astype(np.float64)))
    return _varying(
        Dataset(
            name,
            real,
            numbers,
            count,
            source="handed over",
            licence="that of its owner",
            label_names=names,
            noisy=None if noisy is None else _noisy(noisy, names or [str(first + i) for i in range(count)]),
        )
    )


def _varying(made: Dataset) -> Dataset:
    # Constant features are dropped, and a column of ones is added: it is the one that is left.
    if made.standardised().shape[1] == 1:
        raise DataError("data: no feature of X varies, so that none says anything about the label; give other features")
    return made


def columns_of(part: object) -> list[str] | None:
    """The names of the columns of a data frame, None for anything else."""
    found = getattr(part, "columns", None)
    return None if found is None or not hasattr(part, "to_numpy") else list(found)


def _array(part: object, name: str) -> NDArray[np.generic]:
    """An array, a tensor on any device, a data frame or its column, or nested lists, as an array."""
    refuse_mask(part, f"data: {name}", DataError)
    try:
        if isinstance(part, torch.Tensor):
            there = part.detach().cpu()
            # NumPy has no bfloat16.
            return np.asarray((there.double() if there.is_floating_point() else there).numpy())
        if hasattr(part, "to_numpy"):
            return np.asarray(part.to_numpy())
        return np.asarray(part)
    except (TypeError, ValueError) as error:
        raise DataError(f"data: {name} cannot be read as an array: {error}") from error


def _real(features: NDArray[np.generic], given: object) -> NDArray[np.float64]:
    if features.dtype.kind not in "biuf":
        _refuse_columns(given)
        try:  # columns of numbers of several kinds, as pandas has them
            real = features.astype(np.float64) if features.dtype.kind == "O" else None
        except (TypeError, ValueError):
            real = None
        if real is None:
            missing = [row for row, line in enumerate(features.tolist()) if any(map(is_missing, line))]
            if missing:
                raise DataError(
                    f"data: X has missing entries in {len(missing)} row{'s' * (len(missing) > 1)}, first in row "
                    f"{missing[0]}; leave such rows out (dropna) or fill them in (fillna)"
                )
            raise DataError(f"data: X has entries of type {features.dtype}; accepted are real numbers")
    else:
        real = features.astype(np.float64)
    bad = np.flatnonzero(~np.isfinite(real).all(axis=1))
    if bad.size:
        raise DataError(
            f"data: X is not finite in {bad.size} row{'s' * (bad.size > 1)}, first in row {bad[0]}; leave such rows "
            "out or fill them in"
        )
    return real


def _refuse_columns(given: object) -> None:
    """Names the columns of a data frame that hold no numbers."""
    columns = columns_of(given)
    if columns is None:
        return
    kinds = [str(kind) for kind in given.dtypes]  # type: ignore[attr-defined]
    bad = [f"{c} ({k})" for c, k in zip(columns, kinds, strict=True) if not k.lower().startswith(_NUMERIC)]
    if bad:
        raise DataError(
            f"data: X has columns that hold no numbers: {', '.join(bad)}; leave them out, or turn each into columns of "
            "0 and 1 (pandas.get_dummies does so)"
        )


_NUMERIC = ("int", "uint", "float", "bool", "double")


def _has_names(labels: NDArray[np.generic]) -> bool:
    """Whether labels are texts: by their type, or, in an array of objects, by their entries."""
    if labels.dtype.kind in "UST":
        return True
    return labels.dtype.kind == "O" and any(isinstance(entry, str) for entry in labels.tolist())


def _noisy(column: object, names: Sequence[str]) -> NDArray[np.int64]:
    return coded_column(column, "noisy", names)[0]


def _whole(labels: NDArray[np.generic], called: str) -> NDArray[np.int64]:
    if labels.dtype.kind == "O" and all(isinstance(entry, int | float) for entry in labels.tolist()):
        labels = labels.astype(np.float64)
    if labels.dtype.kind not in "biuf":
        raise DataError(
            f"data: {called} has entries of type {labels.dtype}; accepted are integers, 0 to C-1 or 1 to C, or names"
        )
    exact = labels.astype(np.float64)
    # Beyond 2^53 a float no longer tells one integer from the next.
    bad = np.flatnonzero(~np.isfinite(exact) | (exact != np.round(exact)) | (np.abs(exact) > 2**53))
    if bad.size:
        raise DataError(
            f"data: {called} has the label {labels[bad[0]]} in row {bad[0]}; accepted are integers, 0 to C-1 or 1 to "
            "C, or names"
        )
    return exact.astype(np.int64)


def _numbered(given: NDArray[np.int64], called: str) -> NDArray[np.int64]:
    """Labels from 0 to C-1, from those that begin with 0 or 1."""
    present = np.unique(given)
    if len(present) < 2:
        raise DataError(f"data: {called} has the label {present[0]} alone; a classifier needs at least two classes")
    count = len(present)
    first = int(present[0])
    if first not in (0, 1) or not np.array_equal(present, np.arange(first, first + count)):
        shown = ", ".join(map(str, present[:8])) + (", ..." if count > 8 else "")
        raise DataError(
            f"data: {called} has the labels {shown}; accepted are 0 to C-1 or 1 to C, each of them at least once "
            "(np.unique(y, return_inverse=True)[1] numbers them so)"
        )
    return given - first


def described(value: object) -> str:
    """What ``value`` is, for an error: its type, and the length of a tuple or list."""
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of length {len(value)}"
    return f"a {type(value).__name__}"
