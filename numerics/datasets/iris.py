"""Iris flowers: 150 flowers, four measurements, three species.

Source: R. A. Fisher, The use of multiple measurements in taxonomic problems, 1936; UCI Machine Learning Repository
(doi 10.24432/C56C76), as shipped with scikit-learn.
Licence: CC BY 4.0 (UCI); scikit-learn itself is BSD-3-Clause.
"""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_iris

from numerics.datasets.base import Dataset


def load() -> Dataset:
    """150 samples, 4 features, C = 3."""
    bunch = load_iris()
    return Dataset(
        name="iris",
        features=np.asarray(bunch.data, dtype=np.float64),
        labels=np.asarray(bunch.target, dtype=np.int64),
        classes=3,
        source="Fisher: Iris, UCI 1936, as in scikit-learn",
        licence="CC BY 4.0",
    )
