"""Data that a user hands over: features and labels as arrays, tensors or lists, checked before anything is trained."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from numerics import datasets
from numerics.datasets.base import Dataset
from numerics.errors import DataError

NAME = "given data"
"""What such data are called in tables and reports."""


def given_data(pair: object) -> Dataset:
    """The data set of ``pair``: features X (n, d) and labels y (n,), from 0 to C-1 or from 1 to C.

    Raises ``DataError`` for another shape, entries that are no finite numbers, features that are all constant, and
    labels that are no integers, leave out a class, or are all the same.

    >>> given_data(([[0.5], [1.5], [2.5]], [1, 2, 3])).labels
    array([0, 1, 2])
    """
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise DataError(
            f"data: got {_described(pair)}; accepted is a name ({', '.join(datasets.names())}) or a pair (X, y) of "
            "features (n, d) and labels (n,)"
        )
    features, labels = (_array(part, name) for part, name in zip(pair, "Xy", strict=True))
    if features.ndim != 2 or labels.ndim != 1 or len(features) != len(labels) or not features.size:
        raise DataError(
            f"data: got X of shape {features.shape} and y of shape {labels.shape}; accepted are (n, d) and (n,), with "
            "a row of features for each label (y.argmax(1) turns one-hot rows into labels, X[:, None] a single feature "
            "into a column)"
        )
    real = _real(features)
    given = _whole(labels)
    present = np.unique(given)
    if len(present) < 2:
        raise DataError(f"data: y has the label {present[0]} alone; a classifier needs at least two classes")
    count = len(present)
    first = int(present[0])
    if first not in (0, 1) or not np.array_equal(present, np.arange(first, first + count)):
        shown = ", ".join(map(str, present[:8])) + (", ..." if count > 8 else "")
        raise DataError(
            f"data: y has the labels {shown}; accepted are 0 to C-1 or 1 to C, each of them at least once "
            "(np.unique(y, return_inverse=True)[1] numbers them so)"
        )
    made = Dataset(NAME, real, given - first, count, source="handed over", licence="that of its owner")
    if made.standardised().shape[1] == 1:
        raise DataError("data: no feature of X varies, so that none says anything about the label; give other features")
    return made


def _array(part: object, name: str) -> NDArray[np.generic]:
    """An array, a tensor on any device, or nested lists, as an array."""
    try:
        if isinstance(part, torch.Tensor):
            there = part.detach().cpu()
            return np.asarray((there.double() if there.is_floating_point() else there).numpy())
        return np.asarray(part)
    except (TypeError, ValueError) as error:
        raise DataError(f"data: {name} cannot be read as an array: {error}") from error


def _real(features: NDArray[np.generic]) -> NDArray[np.float64]:
    if features.dtype.kind not in "biuf":
        raise DataError(f"data: X has entries of type {features.dtype}; accepted are real numbers")
    real = features.astype(np.float64)
    bad = np.flatnonzero(~np.isfinite(real).all(axis=1))
    if bad.size:
        raise DataError(
            f"data: X is not finite in {bad.size} row{'s' * (bad.size > 1)}, first in row {bad[0]}; leave such rows "
            "out or fill them in"
        )
    return real


def _whole(labels: NDArray[np.generic]) -> NDArray[np.int64]:
    if labels.dtype.kind not in "biuf":
        raise DataError(f"data: y has entries of type {labels.dtype}; accepted are integers, 0 to C-1 or 1 to C")
    exact = labels.astype(np.float64)
    bad = np.flatnonzero(~np.isfinite(exact) | (exact != np.round(exact)) | (np.abs(exact) > 2**53))
    if bad.size:
        raise DataError(
            f"data: y has the label {labels[bad[0]]} in row {bad[0]}; accepted are integers, 0 to C-1 or 1 to C"
        )
    return exact.astype(np.int64)


def _described(value: object) -> str:
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of length {len(value)}"
    return f"a {type(value).__name__}"
