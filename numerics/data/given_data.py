"""Data that a user hands over: features and labels as arrays, tensors, lists or frames, checked before training."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from numerics import datasets
from numerics.arrays.columns import coded_column
from numerics.arrays.transforms import Standardised
from numerics.data.real_features import array_of, columns_of, real_features
from numerics.data.table import Table
from numerics.datasets.base import Dataset, Written
from numerics.errors import DataError

NAME = "given data"
"""What such data are called in tables and reports."""

ACCEPTED = "a file (CSV, parquet, npz), a data frame, or a pair (X, y) of features (n, d) and labels (n,)"


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
    parts = pair_in(pair)
    if parts is None:
        raise DataError(f"data: got {described(pair)}; accepted is a name ({datasets.listed()}), {ACCEPTED}")
    features, labels = parts
    return numbered(Table(name, features, labels, tuple(columns_of(features) or ()), called=called, noisy=noisy))


def pair_in(given: object) -> tuple[object, object] | None:
    """The two parts of a tuple or list of two, None for anything else."""
    return (given[0], given[1]) if isinstance(given, tuple | list) and len(given) == 2 else None


def numbered(table: Table) -> Dataset:
    """The data set of ``table``; raises ``DataError`` as ``given_data`` does."""
    features = features_beside(table)
    labels = array_of(table.labels, table.called)
    if _has_names(labels):
        numbers, names = coded_column(table.labels, table.called)
        first = 0
    elif table.label is not None and not _begins_at_0_or_1(given := _whole(labels, table.called)):
        # A column of a table may hold any numbers as the names of the classes.
        numbers, names = coded_column(given, table.called)
        first = 0
    else:
        given = _whole(labels, table.called)
        numbers, names = _from_0(given, table.called), ()
        first = int(given.min())
    count = int(numbers.max()) + 1
    texts = names or [str(first + i) for i in range(count)]
    return _varying(
        Dataset(
            table.name,
            features,
            numbers,
            count,
            source="handed over",
            licence="that of its owner",
            label_names=names,
            noisy=None if table.noisy is None else coded_column(table.noisy, "noisy", texts)[0],
            written=Written(tuple(map(str, table.columns)), table.label, first),
        )
    )


def features_beside(table: Table, argument: str = "data") -> NDArray[np.float64]:
    """The features (n, d) of ``table``, beside n labels; raises ``DataError`` for other shapes and other entries."""
    features, labels = array_of(table.features, "X", argument), array_of(table.labels, table.called, argument)
    if features.ndim != 2 or labels.ndim != 1 or len(features) != len(labels) or not features.size:
        raise DataError(
            f"{argument}: got X of shape {features.shape} and y of shape {labels.shape}; accepted are (n, d) and (n,), "
            "with a row of features for each label (y.argmax(1) turns one-hot rows into labels, X[:, None] a single "
            "feature into a column)"
        )
    return real_features(features, table.features, argument)


def features_alone(given: object, argument: str = "data") -> NDArray[np.float64]:
    """Features (n, d) without labels; raises ``DataError`` for another shape and other entries."""
    features = array_of(given, "X", argument)
    if features.ndim != 2 or not features.size:
        raise DataError(f"{argument}: got X of shape {features.shape}; accepted is (n, d), a row for each point")
    return real_features(features, given, argument)


def _varying(made: Dataset) -> Dataset:
    # One column that varies is enough, and mostly the first one does.
    if not any(Standardised().fitted(column[:, None]).varies.any() for column in made.features.T):
        raise DataError("data: no feature of X varies, so that none says anything about the label; give other features")
    return made


def _has_names(labels: NDArray[np.generic]) -> bool:
    """Whether labels are texts: by their type, or, in an array of objects, by their entries."""
    if labels.dtype.kind in "UST":
        return True
    return labels.dtype.kind == "O" and any(isinstance(entry, str) for entry in labels.tolist())


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


def _from_0(given: NDArray[np.int64], called: str) -> NDArray[np.int64]:
    """Labels from 0 to C-1, from those that begin with 0 or 1."""
    present = np.unique(given)
    if len(present) < 2:
        raise DataError(f"data: {called} has the label {present[0]} alone; a classifier needs at least two classes")
    count = len(present)
    if not _begins_at_0_or_1(given):
        shown = ", ".join(map(str, present[:8])) + (", ..." if count > 8 else "")
        raise DataError(
            f"data: {called} has the labels {shown}; accepted are 0 to C-1 or 1 to C, each of them at least once "
            "(np.unique(y, return_inverse=True)[1] numbers them so)"
        )
    return given - int(present[0])


def _begins_at_0_or_1(given: NDArray[np.int64]) -> bool:
    """Whether the labels are 0 to C-1 or 1 to C, each of them at least once."""
    present = np.unique(given)
    return present[0] in (0, 1) and bool((np.diff(present) == 1).all())


def described(value: object) -> str:
    """What ``value`` is, for an error: its type, and the length of a tuple or list."""
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of length {len(value)}"
    return f"a {type(value).__name__}"
