"""Satellite image: 6430 patches of 3 x 3 pixels in four bands, six kinds of ground.

Source: A. Srinivasan, Statlog (Landsat Satellite), UCI Machine Learning Repository, 1993 (doi 10.24432/C55887),
by OpenML (satimage, version 1).
Licence: CC BY 4.0 (UCI).
"""

from __future__ import annotations

from numerics.datasets.base import Dataset
from numerics.datasets.openml.fetch import fetched


def load(data_home: str | None = None) -> Dataset:
    """6430 samples, 36 features, C = 6."""
    return fetched(
        "satimage",
        1,
        source="Srinivasan: Statlog (Landsat Satellite), UCI 1993, by OpenML",
        licence="CC BY 4.0",
        data_home=data_home,
    )
