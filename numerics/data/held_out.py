"""A test part that a user hands over beside the data: the same columns, and labels among the same classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from numerics import datasets
from numerics.arrays.columns import coded_column
from numerics.arrays.elsewhere import refuse_dask
from numerics.data.as_table import beside_table, features_in
from numerics.data.given import path_of, table_of
from numerics.data.given_csv import plain_label
from numerics.data.given_data import ACCEPTED, described, features_alone, features_beside
from numerics.data.label_column import shown
from numerics.data.named import NPZ
from numerics.data.prepared import Part
from numerics.data.real_features import columns_of
from numerics.data.table import Table, Wanted
from numerics.data.torch_source import is_torch_data
from numerics.datasets.base import Dataset, Written
from numerics.errors import DataError
from numerics.progress import Progress, silent


def held_out(
    given: object,
    dataset: Dataset,
    label: str | None = None,
    without: Sequence[str] = (),
    progress: Progress = silent,
) -> Part:
    """The features and labels of ``given``, of whatever ``dataset_of`` takes, numbered as those of ``dataset``.

    Columns that have names in both are found by these, in whatever order they are, and others than those of ``dataset``
    are left out; else they are taken in their order.  Labels are what they were before they were numbered: data with
    labels from 1 to C have a test part with such labels.  Classes may be missing among them, and one sample is enough.

    Parameters: ``label`` and ``without`` as in ``dataset_of``; without a ``label`` it is the column that the data have
    it in, if there is one.  Raises ``DataError`` for a class that ``dataset`` does not have, another number of columns,
    a column that is missing, and what ``dataset_of`` refuses.

    >>> from numerics.data.given_data import given_data
    >>> data = given_data(([[0.5], [1.5], [2.5]], [1, 2, 3]))
    >>> held_out(([[0.7]], [3]), data).labels
    array([2])
    """
    if is_torch_data(given):
        found = beside_table(given, dataset, progress)
        return Part(features_in(found, "test"), found.labels, None)
    table = _table(given, dataset, label, without, progress)
    features = features_beside(table, "test")
    columns, there = dataset.written.columns, [str(c) for c in table.columns]
    if columns and there:
        twice = [c for c in columns if there.count(c) > 1]
        if twice:
            raise DataError(
                f"test: there are {there.count(twice[0])} columns called {twice[0]!r}, and the data have one; leave "
                "the others out, or rename them"
            )
        lacking = [c for c in columns if c not in there]
        if lacking:
            raise DataError(f"test: there is no column {lacking[0]!r}, which the data have; there are: {shown(there)}")
        features = features[:, [there.index(c) for c in columns]]
    if features.shape[1] != dataset.features.shape[1]:
        raise DataError(_another_width(features, dataset))
    return Part(features, _labels(table, dataset), None)


def unlabelled(given: object, dataset: Dataset) -> NDArray[np.float64] | None:
    """The features of points without labels: an array or a tensor (m, d), or a frame without the column of labels.

    None if ``given`` is something else, with labels; raises ``DataError`` as ``held_out``.
    """
    columns, kept = columns_of(given), given
    if columns is not None:
        names = [str(c) for c in columns]
        label, width = dataset.written.label, dataset.features.shape[1]
        if label in names or (label is None and len(names) != width):
            return None
        if dataset.written.columns and set(dataset.written.columns) <= set(names):
            get: Callable[..., object] = getattr(given, "__getitem__")  # noqa: B009 - a frame of any library
            kept = get([columns[names.index(c)] for c in dataset.written.columns])
    elif getattr(given, "ndim", None) != 2:
        return None
    features = features_alone(kept, "test")
    if features.shape[1] != dataset.features.shape[1]:
        raise DataError(_another_width(features, dataset))
    return features


def _another_width(features: NDArray[np.float64], dataset: Dataset) -> str:
    return (
        f"test: got features of shape {features.shape} beside {dataset.features.shape[1]} columns of the data; "
        "accepted are the same columns in the same order"
    )


def _table(given: object, dataset: Dataset, label: str | None, without: Sequence[str], progress: Progress) -> Table:
    refuse_dask(given, "test")
    if isinstance(given, str) and path_of(given) is None:
        datasets.check_name(given, "test")
        given = datasets.load(given)
    if isinstance(given, Dataset):
        names = np.array(given.label_texts)
        return Table(given.name, given.features, names[given.labels], given.written.columns)
    found = table_of(given, _wanted(given, dataset.written, label, without), progress)
    if found is None:
        raise DataError(
            f"test: got {described(given)}; accepted is a share of the samples, a name ({datasets.listed()}), "
            f"{ACCEPTED}"
        )
    return found


def _wanted(given: object, written: Written, label: str | None, without: Sequence[str]) -> Wanted:
    """What is asked of a test part: the columns that the data have, if they have names, and it has columns."""
    path, columns = path_of(given), columns_of(given)
    if not written.columns or (columns is None and (path is None or path.suffix.casefold() in NPZ)):
        return Wanted(label, written.label, without=without, argument="test")
    # Names that are numbers are kept as texts.  A column that the data leave out need not be here.
    named = {str(c): c for c in columns or ()}
    features = tuple(named.get(c, c) for c in written.columns)
    likely = None if written.label is None else named.get(written.label, written.label)
    return Wanted(label, likely, features, argument="test")


def _labels(table: Table, dataset: Dataset) -> NDArray[np.int64]:
    names, labels = dataset.label_texts, table.labels
    if isinstance(labels, list):  # a file may have 1.0 where another has 1
        labels = [one if one in names or not isinstance(one, str) else plain_label(one) for one in labels]
    return coded_column(labels, f"test: {table.called}", names, "those of the data")[0]
