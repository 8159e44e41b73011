"""Data sets: features and labels with their source and licence, and the features that a model is trained on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.errors import DataError


@dataclass(frozen=True, eq=False)
class Dataset:
    """``features`` (n, d) as published and ``labels`` (n,) in 0..C-1, with C = ``classes`` >= 2.

    Raises ``DataError`` for features that are not finite, labels out of range, or a class without samples.
    """

    name: str
    features: NDArray[np.float64]
    labels: NDArray[np.int64]
    classes: int
    source: str
    licence: str

    def __post_init__(self) -> None:
        if self.features.ndim != 2 or self.labels.shape != self.features.shape[:1]:
            raise DataError(
                f"{self.name}: got features of shape {self.features.shape} and labels of shape {self.labels.shape}; "
                "accepted are (n, d) and (n,)"
            )
        bad = np.flatnonzero(~np.isfinite(self.features).all(axis=1))
        if bad.size:
            raise DataError(
                f"{self.name}: the features of {bad.size} samples are not finite, first in row {bad[0]}; "
                "leave such rows out or fill them in"
            )
        present = np.unique(self.labels)
        if self.classes < 2 or not np.array_equal(present, np.arange(self.classes)):
            raise DataError(
                f"{self.name}: got the labels {', '.join(map(str, present[:12]))} and {self.classes} classes; "
                "accepted are the labels 0, ..., C-1, each at least once, with C >= 2"
            )

    @property
    def fingerprint(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of features and labels, row by row."""
        found = hashlib.sha256(np.ascontiguousarray(self.features).tobytes())
        found.update(np.ascontiguousarray(self.labels).tobytes())
        return found.hexdigest()[:16]

    def standardised(self) -> NDArray[np.float64]:
        """The features with mean 0 and variance 1, constant columns dropped, and a column of ones at the end."""
        # powers of 2 out of each column, which rounds nothing: squares would leave the range of float64
        largest = np.abs(self.features).max(axis=0, initial=0.0)
        features = np.ldexp(self.features, -np.frexp(largest)[1])
        spread = features.std(axis=0)
        # a constant column may have a spread of rounding size, since its mean is rounded
        varies = spread > 1e-12 * np.abs(features).max(axis=0, initial=0.0)
        centred = features - features.mean(axis=0)
        return np.hstack([centred[:, varies] / spread[varies], np.ones((len(self.labels), 1))])
