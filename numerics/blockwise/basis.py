"""An orthonormal basis of the span of the columns and a bias, from their Gram matrix, or from two passes.

The columns are centred and scaled to variance 1.  With the eigenvalues s^2 of their Gram matrix G and its eigenvectors
U, the coordinates of a row are v = x U/s, so that the sum of v v' is 1.  Rounding in G is of the size 1e-16 of its
largest eigenvalue: of directions below 1e-6 of the largest, s^2 below 1e-12, it says nothing, and they are left out.
Above a condition of 1e5 the basis is made orthonormal once more by a second pass, from the Cholesky factor of the sum
of v v' (CholeskyQR2).

Source: Y. Yamamoto, Y. Nakatsukasa, Y. Yanagisawa, T. Fukaya, Roundoff error analysis of the CholeskyQR2 algorithm,
Electronic Transactions on Numerical Analysis 44, 2015.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from numerics.arrays.transforms import VARIES
from numerics.blockwise.moments import LEAST, Moments, Real, check_squares
from numerics.errors import DataError

ILL = 1e5
"""Above this condition a second pass makes the basis orthonormal."""
SMALLEST = 1e-6
"""Directions of a size below this share of the largest are not told from rounding."""
OUTSIDE = 1e-8
"""A point with a larger share of its standardised features outside their row space is outside."""


@dataclass(frozen=True, eq=False)
class Basis:
    """Coordinates v(x) = ((x - shift)/scale T, 1/sqrt(n)) in which the sum of v v' over the n ``samples`` is 1.

    ``shift``, ``scale`` (d,) standardise a column, ``varies`` (d,) says which are not constant, ``back`` T (d', r - 1).
    ``condition`` is that of the standardised columns as far as they are kept.
    """

    samples: int
    shift: Real
    scale: Real
    varies: NDArray[np.bool_]
    back: Real
    condition: float

    @classmethod
    def of(cls, moments: Moments) -> Basis:
        """The basis from ``moments``; raises ``DataError`` for columns whose squares leave the range of floats."""
        check_squares(moments.low, moments.high, LEAST)
        size, n = moments.size, moments.rows
        gram = moments.centred
        spread = np.sqrt(np.maximum(gram.diagonal(), 0) / n)
        varies = (spread > VARIES * size) & (moments.low < moments.high)
        if not varies.any():
            raise DataError("data: no column varies, so that none says anything about the label; give other features")
        scale = spread[varies]
        standard = gram[np.ix_(varies, varies)] / np.outer(scale, scale)
        squares, directions = scipy.linalg.eigh(standard)
        # centring takes one of at most n directions
        kept = (squares > SMALLEST**2 * squares[-1]) & (np.arange(len(squares))[::-1] < n - 1)
        back = directions[:, kept] / np.sqrt(squares[kept])
        shift, scales = np.where(varies, moments.mean, moments.low), np.ones(len(size))
        scales[varies] = scale
        return cls(n, shift, scales, varies, back, float(np.sqrt(squares[-1] / squares[kept][0])))

    @property
    def rank(self) -> int:
        """r, the bias included."""
        return int(self.back.shape[1]) + 1

    @property
    def columns(self) -> int:
        """How many columns vary, and the bias."""
        return len(self.back) + 1

    @property
    def is_ill(self) -> bool:
        """Whether a second pass is needed."""
        return self.condition > ILL

    def at(self, rows: Real) -> Real:
        """v(x) for ``rows`` (m, d), shape (m, r)."""
        found = np.empty((len(rows), self.rank))
        np.matmul(self._standard(rows), self.back, out=found[:, :-1])
        found[:, -1] = self.samples**-0.5
        return found

    def outside(self, rows: Real) -> NDArray[np.bool_]:
        """Of which ``rows`` (m, d) the features are no combination of those of the samples, (m,)."""
        fixed = ~self.varies
        level = np.maximum(np.abs(self.shift[fixed]), np.finfo(float).tiny)
        found = np.any(np.abs(rows[:, fixed] - self.shift[fixed]) > OUTSIDE * level, axis=1)
        if self.rank < self.columns:
            z = self._standard(rows)
            kept = np.linalg.qr(self.back)[0]
            rest = np.linalg.norm(z - (z @ kept) @ kept.T, axis=1)
            # what the sums cannot tell from rounding counts as a combination
            found |= rest > max(OUTSIDE, SMALLEST) * np.maximum(np.linalg.norm(z, axis=1), 1.0)
        return np.asarray(found)

    def improved(self, gram: Real) -> Basis:
        """With ``gram`` (r, r), the sum of v v' over the samples: the basis in which it is 1."""
        factor = np.linalg.cholesky(gram[:-1, :-1])
        return replace(self, back=scipy.linalg.solve_triangular(factor, self.back.T, lower=True).T)

    def _standard(self, rows: Real) -> Real:
        return (rows[:, self.varies] - self.shift[self.varies]) / self.scale[self.varies]
