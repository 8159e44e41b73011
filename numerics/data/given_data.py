"""Data that a user hands over: features and labels as arrays, tensors, lists or frames, checked before training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from numerics import datasets
from numerics.arrays.columns import coded_column
from numerics.arrays.transforms import Standardised
from numerics.data.classes import classes_in
from numerics.data.real_features import array_of, columns_of, real_features
from numerics.data.table import Table
from numerics.datasets.base import Dataset, Written
from numerics.errors import DataError

NAME = "given data"
"""What such data are called in tables and reports."""

ACCEPTED = "a file (CSV, parquet, npz), a data frame, or a pair (X, y) of features (n, d) and labels (n,)"


def given_data(pair: object, noisy: object = None, name: str = NAME, called: str = "y") -> Dataset:
    """The data set of ``pair``: features X (n, d) and labels y (n,), integers or names.

    A data set, such as one of ``given_frame``, is returned as it is.  X may be sparse, and is made dense.
    Labels from 0 to C-1 or from 1 to C are numbers.  Others are names, numbered in their order and kept; where these
    are whole numbers, such as -1 and 1, a note on the results says which they are.  ``noisy`` (n,) are labels
    that somebody else gave to the same samples; ``called`` is what errors call y, as the column that it was.  Raises
    ``DataError`` for another shape, entries that are no finite numbers, features that are all constant, and labels that
    are missing, no integers and no names, leave out a class, or are all the same.

    >>> given_data(([[0.5], [1.5], [2.5]], [1, 2, 3])).labels
    array([0, 1, 2])
    >>> given_data(([[0.5], [1.5], [2.5]], ["owl", "cat", "owl"])).label_names
    ('cat', 'owl')
    >>> given_data(([[0.5], [1.5], [2.5]], [-1, 1, -1])).label_names
    ('-1', '1')
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
    read = classes_in(table.labels, table.called, is_column=table.label is not None)
    texts = read.names or [str(read.first + i) for i in range(read.count)]
    columns = tuple(map(str, table.columns))
    return _varying(
        Dataset(
            table.name,
            features,
            read.labels,
            read.count,
            source="handed over",
            licence="that of its owner",
            label_names=read.names,
            noisy=None if table.noisy is None else coded_column(table.noisy, "noisy", texts)[0],
            # two columns of one name cannot be told apart by it
            written=Written(columns if len(set(columns)) == len(columns) else (), table.label, read.first),
            notes=read.notes,
        )
    )


def features_beside(table: Table, argument: str = "data") -> NDArray[np.float64]:
    """The features (n, d) of ``table``, beside n labels; raises ``DataError`` for other shapes and other entries."""
    features, labels = array_of(table.features, "X", argument), array_of(table.labels, table.called, argument)
    refuse_images(features.shape, argument)
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
    refuse_images(features.shape, argument)
    if features.ndim != 2 or not features.size:
        raise DataError(f"{argument}: got X of shape {features.shape}; accepted is (n, d), a row for each point")
    return real_features(features, given, argument)


def refuse_images(shape: Sequence[int], argument: str = "data") -> None:
    """Raises ``DataError`` for X of the ``shape`` of images, where rows of features are needed."""
    if len(shape) > 2:
        raise DataError(
            f"{argument}: got X of shape {tuple(shape)}, a stack of images, and rows of features (n, d) are needed "
            "here; give X.reshape(len(X), -1), or a network that reads images, model='cnn' or a torch.nn.Module, to "
            "confirm, trained or audit_model"
        )


def _varying(made: Dataset) -> Dataset:
    # One column that varies is enough, and mostly the first one does.
    if not any(Standardised().fitted(column[:, None]).varies.any() for column in made.features.T):
        raise DataError("data: no feature of X varies, so that none says anything about the label; give other features")
    return made


def described(value: object) -> str:
    """What ``value`` is, for an error: its type, and the length of a tuple or list."""
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of length {len(value)}"
    return f"a {type(value).__name__}"
