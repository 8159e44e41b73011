"""Laws of noisy labels that a user hands over: rows for each sample, or labels as they were drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from numerics.errors import NoiseError
from symcheck.errors import shown

Rows = NDArray[np.float64]

SUM = 1e-9
"""How far the sum of a row may be from 1."""


def checked_law(law: object, samples: int, classes: int) -> tuple[Rows, str]:
    """The laws (n, C) and what they are called; raises ``NoiseError`` for another shape, or what is no law.

    >>> checked_law([1, 0], 2, 3)[0]
    array([[0., 1., 0.],
           [1., 0., 0.]])
    """
    accepted = (
        f"rows ({samples}, {classes}) of numbers >= 0 that sum to 1, or labels ({samples},) from 0 to {classes - 1}"
    )
    try:
        given = np.asarray(law)
    except (TypeError, ValueError):
        given = np.asarray(None)
    if given.shape == (samples,) and given.dtype.kind in "iu":
        if given.size and (given.min() < 0 or given.max() >= classes):
            raise NoiseError(f"law: got labels from {given.min()} to {given.max()}; accepted are {accepted}")
        return np.eye(classes)[given], "the drawn labels"
    if given.shape != (samples, classes) or given.dtype.kind not in "fiu":
        what = f"an array of shape {given.shape}" if given.shape else shown(law)
        raise NoiseError(f"law: got {what}; accepted are {accepted}")
    rows = given.astype(np.float64)
    if not np.isfinite(rows).all() or (rows < 0).any() or (np.abs(rows.sum(1) - 1) > SUM).any():
        raise NoiseError(f"law: got rows that are no laws; accepted are {accepted}")
    return rows / rows.sum(1, keepdims=True), "the given laws"
