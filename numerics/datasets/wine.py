"""Wines: 178 wines of three cultivars, thirteen chemical measurements.

Source: S. Aeberhard, M. Forina, Wine, UCI Machine Learning Repository, 1991 (doi 10.24432/C5PC7J),
as shipped with scikit-learn.
Licence: CC BY 4.0 (UCI); scikit-learn itself is BSD-3-Clause.
"""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_wine

from numerics.datasets.base import Dataset


def load() -> Dataset:
    """178 samples, 13 features, C = 3."""
    bunch = load_wine()
    return Dataset(
        name="wine",
        features=np.asarray(bunch.data, dtype=np.float64),
        labels=np.asarray(bunch.target, dtype=np.int64),
        classes=3,
        source="Aeberhard, Forina: Wine, UCI 1991, as in scikit-learn",
        licence="CC BY 4.0",
    )
