"""A test part that a user hands over beside the data: the same columns, and labels among the same classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from numerics.arrays.columns import coded_column
from numerics.data.given import dataset_of
from numerics.data.prepared import Part
from numerics.datasets.base import Dataset
from numerics.errors import DataError


def held_out(given: object, dataset: Dataset, label: str | None = None, without: Sequence[str] = ()) -> Part:
    """The features and labels of ``given``, of whatever ``dataset_of`` takes, labels numbered as in ``dataset``.

    Classes may be missing among them.  Raises ``DataError`` for a class that ``dataset`` does not have, and for another
    number of columns.
    """
    if isinstance(given, tuple) and len(given) == 2:
        names = dataset.label_names or tuple(map(str, range(dataset.classes)))
        labels = coded_column(given[1], "test: y", names)[0]
        features = np.asarray(given[0], dtype=np.float64)
    else:
        found = dataset_of(given, label, without)
        names = found.label_names or tuple(map(str, range(found.classes)))
        labels = coded_column([names[k] for k in found.labels], "test: y", dataset.label_names or None)[0]
        features = found.features
    if features.ndim != 2 or features.shape[1] != dataset.features.shape[1]:
        raise DataError(
            f"test: got features of shape {features.shape} beside {dataset.features.shape[1]} columns of the data; "
            "accepted are the same columns in the same order"
        )
    return Part(features, labels, None)
