"""Letters: 20000 images of printed capitals in twenty fonts, sixteen moments and edge counts.

Source: D. Slate, Letter Recognition, UCI Machine Learning Repository, 1991 (doi 10.24432/C5ZP40),
by OpenML (letter, version 1).
Licence: CC BY 4.0 (UCI).
"""

from __future__ import annotations

from numerics.datasets.base import Dataset
from numerics.datasets.openml.fetch import fetched


def load(data_home: str | None = None) -> Dataset:
    """20000 samples, 16 features, C = 26."""
    return fetched(
        "letter",
        1,
        source="Slate: Letter Recognition, UCI 1991, by OpenML",
        licence="CC BY 4.0",
        data_home=data_home,
    )
