"""Handwritten digits: 1797 images of 8 x 8 pixels, ten classes.

Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998
(doi 10.24432/C50P49), the test part, as shipped with scikit-learn.
Licence: CC BY 4.0 (UCI); scikit-learn itself is BSD-3-Clause.
"""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_digits

from numerics.datasets.base import Dataset


def load() -> Dataset:
    """1797 samples, 64 features (3 of them constant), C = 10."""
    bunch = load_digits()
    return Dataset(
        name="digits",
        features=np.asarray(bunch.data, dtype=np.float64),
        labels=np.asarray(bunch.target, dtype=np.int64),
        classes=10,
        source="Alpaydin, Kaynak: Optical Recognition of Handwritten Digits, UCI 1998, as in scikit-learn",
        licence="CC BY 4.0",
    )
