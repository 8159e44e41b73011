"""Sums over rows that add up: sums and Gram matrices by label, about one point for all blocks.

With x the rows about an origin o, the mean is o + sum x/n and the Gram matrix about it sum x x' - n d d', d = mean - o.
The origin is the median of the first b rows of n, column by column.  Half of them are on its other side of the mean,
so that the sum of squares about the mean is at least b d^2/2: of its digits the difference loses at most those of
2 n/b, no large offset is squared, and a few rows far away move nothing.  Products are in double precision: in single
precision they change predictions from a condition of about 1e3 on.
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
    """Sums over the rows x (d,) of n = ``rows`` samples, all about the ``origin`` (d,).

    ``labels`` (k,), sorted, are those that occur, ``counts`` (k,) how often, ``sums`` (k, d) the sums of x - origin by
    label.  ``grams`` are those of (x - origin)(x - origin)', k of (d, d) if ``by_label``, else one of all rows;
    ``low`` and ``high`` (d,) are the range of x.
    """

    origin: Real
    low: Real
    high: Real
    labels: Labels
    counts: NDArray[np.int64]
    sums: Real
    grams: tuple[Real, ...]
    by_label: bool

    @classmethod
    def of(cls, rows: Real, labels: Labels, *, origin: Real, by_label: bool) -> Moments:
        """Those of a block of ``rows`` (b, d), which is overwritten, with ``labels`` (b,).

        Raises ``DataError`` for entries whose squares overflow.
        """
        low, high = rows.min(0), rows.max(0)
        check_squares(low, high)
        rows -= origin
        names, place, counts = np.unique(labels, return_inverse=True, return_counts=True)
        order, ends = np.argsort(place, kind="stable"), counts.cumsum()
        hot = scipy.sparse.csr_array((np.ones(len(rows)), order, np.concatenate([[0], ends])), (len(names), len(rows)))
        parts = np.split(rows[order], ends[:-1]) if by_label else [rows]
        # One by one: all of them together would be new memory for every block.
        grams = tuple(x.T @ x for x in parts)
        return cls(origin, low, high, names, counts, np.asarray(hot @ rows), grams, by_label)

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
    def mean(self) -> Real:
        """The mean of x, (d,)."""
        return self.origin + self._shift

    @property
    def centred(self) -> Real:
        """The Gram matrix of x - mean, (d, d)."""
        found: Real = sum(self.grams) - self.rows * np.outer(self._shift, self._shift)
        return found

    def sums_about_mean(self) -> Real:
        """The sums of x - mean by label, (k, d)."""
        found: Real = self.sums - self.counts[:, None] * self._shift
        return found

    def gram_about_mean(self, label: int) -> Real:
        """The Gram matrix of x - mean over the rows of one label, by its place, (d, d)."""
        cross = np.outer(self.sums[label], self._shift)
        found: Real = self.grams[label] - cross - cross.T + self.counts[label] * np.outer(self._shift, self._shift)
        return found

    def merged(self, other: Moments) -> Moments:
        """Those of both parts, which have one origin; Gram matrices are added in place, so ``self`` is used up.

        Raises ``DataError`` where labels of one part are names and those of the other numbers.
        """
        if self.labels.dtype.kind != other.labels.dtype.kind:
            raise DataError(
                f"data: labels are names in some blocks and whole numbers in others ({self.labels[0]}, "
                f"{other.labels[0]}); accepted is one kind: y.astype(str) makes names of numbers"
            )
        low, high = np.minimum(self.low, other.low), np.maximum(self.high, other.high)
        labels = np.union1d(self.labels, other.labels)
        here, there = (np.searchsorted(labels, part.labels) for part in (self, other))
        counts, sums = np.zeros(len(labels), dtype=np.int64), np.zeros((len(labels), len(low)))
        for place, part in ((here, self), (there, other)):
            counts[place] += part.counts
            sums[place] += part.sums
        grams = dict(zip(here if self.by_label else [0], self.grams, strict=True))
        for place, gram in zip(there if self.by_label else [0], other.grams, strict=True):
            if place in grams:
                grams[place] += gram
            else:
                grams[place] = gram
        in_order = tuple(grams[place] for place in sorted(grams))
        return Moments(self.origin, low, high, labels, counts, sums, in_order, self.by_label)

    @property
    def _shift(self) -> Real:
        """The mean of x - origin."""
        found: Real = self.sums.sum(0) / self.rows
        return found
