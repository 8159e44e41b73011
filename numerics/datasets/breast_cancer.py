"""Breast cancer (Wisconsin, diagnostic): 569 tumours, thirty measurements, malignant or benign.

Source: W. Wolberg, O. Mangasarian, N. Street, W. Street, Breast Cancer Wisconsin (Diagnostic), UCI Machine Learning
Repository, 1993 (doi 10.24432/C5DW2B), as shipped with scikit-learn.
Licence: CC BY 4.0 (UCI); scikit-learn itself is BSD-3-Clause.
"""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_breast_cancer

from numerics.datasets.base import Dataset


def load() -> Dataset:
    """569 samples, 30 features, C = 2."""
    bunch = load_breast_cancer()
    return Dataset(
        name="breast_cancer",
        features=np.asarray(bunch.data, dtype=np.float64),
        labels=np.asarray(bunch.target, dtype=np.int64),
        classes=2,
        source="Wolberg et al.: Breast Cancer Wisconsin (Diagnostic), UCI 1993, as in scikit-learn",
        licence="CC BY 4.0",
    )
