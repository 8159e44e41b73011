"""Prepared data: a data set split into a training and a test part, with its features transformed.

The split keeps the shares of the classes; whatever a transform learns, it learns on the training part.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from numbers import Integral, Real
from typing import cast

import numpy as np
from numpy.typing import NDArray

from numerics.arrays.transforms import Transform
from numerics.datasets.base import Dataset
from numerics.errors import DataError
from symcheck.errors import shown


@dataclass(frozen=True, eq=False)
class Part:
    """``features`` (n, d), ``labels`` (n,) and, where the data have them, other people's ``noisy`` labels (n,)."""

    features: NDArray[np.float64]
    labels: NDArray[np.int64]
    noisy: NDArray[np.int64] | None

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Prepared:
    """A data set as a model meets it; ``test`` is None without a test part, ``dropped`` the constant columns."""

    train: Part
    test: Part | None
    classes: int
    dropped: tuple[int, ...]


def prepared(dataset: Dataset, transform: Transform, test: float = 0.0, split: int = 0) -> Prepared:
    """``dataset`` with a share ``test`` in [0, 1) of each class set aside, drawn with the seed ``split``.

    Every class keeps at least one sample to train on.  Columns that are constant on the training part are dropped and
    named.  Raises ``DataError`` for a share outside [0, 1), and if no column varies.
    """
    chosen = test_rows(dataset.labels, checked_share(test), split)
    rest = ~chosen
    # On the training part alone: a mean over all samples would let the test part in.
    fitted = transform.fitted(dataset.features[rest])
    if len(fitted.dropped) == dataset.features.shape[1]:
        raise DataError(
            f"{dataset.name}: no feature varies on the training part, so that none says anything about the label; give "
            "other features"
        )

    def part(rows: NDArray[np.bool_]) -> Part:
        noisy = None if dataset.noisy is None else dataset.noisy[rows]
        return Part(fitted.applied(dataset.features[rows]), dataset.labels[rows], noisy)

    return Prepared(part(rest), part(chosen) if chosen.any() else None, dataset.classes, fitted.dropped)


def fingerprint_of(dataset: Dataset, transform: Transform, test: float, split: int) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of everything that decides what ``prepared`` returns."""
    # Without a test part nothing is drawn, so that the seed says nothing and equal data have one fingerprint.
    what = [dataset.fingerprint, transform.text, checked_share(test), split if test else 0]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:16]


def checked_share(test: object) -> float:
    """``test``, if it is a share of the samples that leaves some to train on."""
    if isinstance(test, bool) or not isinstance(test, Real) or not 0 <= cast(float, test) < 1:
        raise DataError(
            f"test: got {shown(test, 80)}; accepted is the share of the samples to test on, from 0 to below 1"
        )
    return float(test)


def checked_split(split: object) -> int:
    """``split``, if it is a seed: a whole number from 0 on."""
    if isinstance(split, bool) or not isinstance(split, Integral) or split < 0:
        raise DataError(
            f"split: got {shown(split, 80)}; accepted is a whole number from 0 on, the seed of the test part"
        )
    return int(split)


def test_rows(labels: NDArray[np.int64], share: float, split: int) -> NDArray[np.bool_]:
    """Which samples are set aside: of each class the share, rounded, but never all of it."""
    chosen = np.zeros(len(labels), dtype=bool)
    chance = np.random.default_rng(checked_split(split))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        count = min(round(share * len(rows)), len(rows) - 1)
        chosen[chance.permutation(rows)[:count]] = True
    return chosen
