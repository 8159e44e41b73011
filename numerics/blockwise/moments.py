"""Sums over rows that add up: means, Gram matrices about the mean, and sums by label.

Blocks are merged as Chan, Golub and LeVeque do, with sums about the mean of what was read so far: with D the old mean
minus the new one, a sum s of n rows about the mean becomes s + n D, and a Gram matrix G + s D' + D s' + n D D'.  So one
pass is enough, and no large offset is squared.  Products are in double precision: in single precision they change
predictions from a condition of about 1e3 on.

Source: T. Chan, G. Golub, R. LeVeque, Algorithms for computing the sample variance, The American Statistician 37, 1983.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from numerics.errors import DataError

Real = NDArray[np.float64]
Labels = NDArray[Any]


LARGEST, LEAST = 1e140, 1e-140
"""Squares of numbers outside this range leave that of double precision."""


def check_squares(low: Real, high: Real, least: float = 0.0) -> None:
    """Raises ``DataError`` for a column with entries from ``low`` to ``high`` (d,) that is too large or too small."""
    size = np.maximum(np.abs(low), np.abs(high))
    bad = np.flatnonzero((size > LARGEST) | ((size < least) & (size > 0)))
    if bad.size:
        raise DataError(
            f"data: column {bad[0]} has entries of the size {size[bad[0]]:.1e}, whose squares are no float64; accepted "
            f"are sizes from {LEAST:g} to {LARGEST:g}: divide the column by a power of ten"
        )


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums over the rows x (d,) of n = ``rows`` samples, all about their ``mean`` (d,).

    ``labels`` (k,), sorted, are those that occur, ``counts`` (k,) how often, ``sums`` (k, d) the sums of x - mean by
    label.  ``gram`` is that of all rows (d, d), or by label (k, d, d); ``low`` and ``high`` (d,) are the range of x.
    """

    mean: Real
    low: Real
    high: Real
    labels: Labels
    counts: NDArray[np.int64]
    sums: Real
    gram: Real

    @classmethod
    def of(cls, rows: Real, labels: Labels, *, by_label: bool) -> Moments:
        """Those of a block of ``rows`` (b, d), which is overwritten, with ``labels`` (b,).

        Raises ``DataError`` for entries whose squares overflow.
        """
        low, high = rows.min(0), rows.max(0)
        check_squares(low, high)
        mean = rows.mean(0)
        rows -= mean
        names, place, counts = np.unique(labels, return_inverse=True, return_counts=True)
        hot = scipy.sparse.csr_array(
            (np.ones(len(rows)), np.argsort(place, kind="stable"), np.concatenate([[0], counts.cumsum()])),
            shape=(len(names), len(rows)),
        )
        if by_label:
            parts = np.split(rows[hot.indices], counts.cumsum()[:-1])
            gram = np.stack([part.T @ part for part in parts])
        else:
            gram = rows.T @ rows
        return cls(mean, low, high, names, counts, np.asarray(hot @ rows), gram)

    @property
    def rows(self) -> int:
        """n."""
        return int(self.counts.sum())

    @property
    def size(self) -> Real:
        """The largest |x| of each column."""
        found: Real = np.maximum(np.abs(self.low), np.abs(self.high))
        return found

    @property
    def by_label(self) -> bool:
        """Whether Gram matrices are kept by label."""
        return self.gram.ndim == 3

    @property
    def whole(self) -> Real:
        """The Gram matrix of all rows (d, d)."""
        return self.gram.sum(0) if self.by_label else self.gram

    def merged(self, other: Moments) -> Moments:
        """Those of both parts."""
        n = self.rows + other.rows
        # from the larger part, so that a mean of equal rows stays what it is
        mean = self.mean + (other.mean - self.mean) * (other.rows / n)
        labels = np.union1d(self.labels, other.labels)
        parts = [part._about(mean, labels) for part in (self, other)]
        return Moments(
            mean, np.minimum(self.low, other.low), np.maximum(self.high, other.high), labels,
            parts[0].counts + parts[1].counts, parts[0].sums + parts[1].sums, parts[0].gram + parts[1].gram,
        )  # fmt: skip

    def _about(self, mean: Real, labels: Labels) -> Moments:
        """The same rows about another ``mean``, with a place for each of ``labels``."""
        moved = self.mean - mean
        place = np.searchsorted(labels, self.labels)
        counts = np.zeros(len(labels), dtype=np.int64)
        counts[place] = self.counts
        sums = np.zeros((len(labels), len(mean)))
        sums[place] = self.sums + self.counts[:, None] * moved
        if not self.by_label:
            gram = self.gram + self.rows * np.outer(moved, moved)
            return Moments(mean, self.low, self.high, labels, counts, sums, gram)
        grams = np.zeros((len(labels), len(mean), len(mean)))
        cross = self.sums[:, :, None] * moved
        grams[place] = self.gram + cross + cross.mT + self.counts[:, None, None] * np.outer(moved, moved)
        return Moments(mean, self.low, self.high, labels, counts, sums, grams)
