"""Pen digits: 10992 digits written with a pen, eight points of the track of each.

Source: E. Alpaydin, F. Alimoglu, Pen-Based Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998
(doi 10.24432/C5MG6K), by OpenML (pendigits, version 1).
Licence: CC BY 4.0 (UCI).
"""

from __future__ import annotations

from numerics.datasets.base import Dataset
from numerics.datasets.openml.fetch import fetched


def load(data_home: str | None = None) -> Dataset:
    """10992 samples, 16 features, C = 10."""
    return fetched(
        "pendigits",
        1,
        source="Alpaydin, Alimoglu: Pen-Based Recognition of Handwritten Digits, UCI 1998, by OpenML",
        licence="CC BY 4.0",
        data_home=data_home,
    )
