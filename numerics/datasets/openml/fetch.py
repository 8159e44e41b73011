"""Fetching from OpenML: a data set by name and version, kept in scikit-learn's folder after the first time."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.datasets import fetch_openml, get_data_home

from numerics.arrays.columns import coded_column
from numerics.datasets.base import Dataset
from numerics.errors import DataError


def fetched(name: str, version: int, *, source: str, licence: str, data_home: str | None = None) -> Dataset:
    """The numeric features and the labels of the OpenML data set ``name`` in its ``version``.

    Parameters: ``data_home`` the folder that keeps what was fetched, by default scikit-learn's, which the variable
    SCIKIT_LEARN_DATA names.  Columns of categories are left out; the labels are numbered in their order and their
    names kept.  Raises ``DataError`` if OpenML cannot be reached and the data are not kept, or do not exist.
    """
    try:
        with warnings.catch_warnings():  # that it tries again needs no warning
            warnings.filterwarnings("ignore", "A network error occurred", UserWarning)
            # this parser needs no pandas
            bunch = fetch_openml(
                name=name,
                version=version,
                data_home=data_home,
                as_frame=False,
                parser="liac-arff",
                n_retries=1,
                delay=0.5,
            )
    except OSError as error:
        reason = getattr(error, "reason", None) or error
        raise DataError(
            f"data: {name} (version {version}) is fetched from OpenML, which cannot be reached from here: {reason}; "
            f"load it once with a connection to the internet, it is then kept in {get_data_home(data_home)}, or copy "
            "that folder from a machine that has it"
        ) from error
    except ValueError as error:
        raise DataError(f"data: OpenML has no data set {name} in version {version} to classify: {error}") from error
    numeric = [place for place, feature in enumerate(bunch.feature_names) if feature not in (bunch.categories or {})]
    labels, names = coded_column(bunch.target, "y")
    return Dataset(
        name=name,
        features=np.asarray(bunch.data[:, numeric], dtype=np.float64),
        labels=labels,
        classes=len(names),
        source=source,
        licence=licence,
        label_names=names,
    )
