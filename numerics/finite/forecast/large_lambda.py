"""The fit at large lambda, in closed form: S = P o, with one sparse product for all draws of the labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from numerics.finite.forecast.fit import Fit, Fitted, Labels, Real

BLOCK = 2048
"""Rows of the basis that are added up together: with the sums they stay in the cache of a processor."""


@final
@dataclass(frozen=True)
class LargeLambda(Fit):
    """The limit lambda -> infinity: W = V'onehot, for every pair of tier EXACT or SCALED with H = s 1 + t 11'.

    W = V'(onehot - 1/C) would be the limit; what is left out is the same for all classes (THEORY 13).
    """

    @property
    def text(self) -> str:
        """The limit."""
        return "large lambda"

    def of_law(self, basis: Real, law: Real) -> Fitted:
        """V'law."""
        return Fitted((basis.T @ law)[None], np.zeros(1))

    def of_labels(self, basis: Real, labels: Labels, classes: int) -> Fitted:
        """The mean over the m labels of V'onehot, in double precision."""
        from scipy.sparse import csr_array

        draws, times, n = labels.shape
        found = np.zeros((classes * draws, basis.shape[1]))
        ones = np.ones(min(BLOCK, n) * draws * times)
        for start in range(0, n, BLOCK):
            rows = basis[start : start + BLOCK]
            # A row of the block is added to one row of the sums for each draw: that of its label.
            target = labels[:, :, start : start + BLOCK] * draws + np.arange(draws)[:, None, None]
            columns = target.transpose(2, 0, 1).ravel()
            ends = np.arange(0, len(columns) + 1, draws * times)
            hot = csr_array((ones[: len(columns)], columns, ends), shape=(len(rows), classes * draws))
            found += hot.T @ rows
        weights = (found / times).reshape(classes, draws, -1).transpose(1, 2, 0)
        return Fitted(weights, np.zeros(draws))
