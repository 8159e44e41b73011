"""Vowels: 990 utterances of eleven British vowels by fifteen speakers, ten log area ratios.

Source: D. Deterding, M. Niranjan, T. Robinson, Connectionist Bench (Vowel Recognition), UCI Machine Learning Repository
(doi 10.24432/C58P4S), by OpenML (vowel, version 2).
Licence: CC BY 4.0 (UCI).
"""

from __future__ import annotations

from numerics.datasets.base import Dataset
from numerics.datasets.openml.fetch import fetched


def load(data_home: str | None = None) -> Dataset:
    """990 samples, 10 features (speaker and sex are categories and left out), C = 11."""
    return fetched(
        "vowel",
        2,
        source="Deterding et al.: Connectionist Bench (Vowel Recognition), UCI, by OpenML",
        licence="CC BY 4.0",
        data_home=data_home,
    )
