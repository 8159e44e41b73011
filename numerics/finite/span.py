"""What a linear family with a bias can give on n samples: the span of the features, as an orthonormal basis.

Every bound and forecast at finite lambda and finite n needs the features through the projection P on their span alone:
P = V V', the leverage h_i = P_ii = ||v_i||^2, and at a new point x the coordinates v(x), with the weights
k_j(x) = v(x)'v_j of the labels (THEORY 12, 13).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from numerics.arrays.transforms import VARIES
from numerics.errors import DataError

Real = NDArray[np.float64]

RANK_TOLERANCE = 1e-10
"""Singular values of the standardised features below this share of the largest one count as 0."""
OUTSIDE = 1e-8
"""A point with a larger share of its standardised features outside their row space is outside."""
UNIT = 2.0**-53
"""Half a unit in the last place of 1."""
_SMALL = 1e9
"""Up to n d^2 of this size the singular values are those of the features, else of their Gram matrix or a factor."""
_WELL = 1e5
"""Up to this condition the Gram matrix keeps what the features say, else it takes a QR factor."""
_CLOSE = 1e2
"""Up to this condition a basis from the Gram matrix is orthonormal enough; else it is made so once more."""
_BLOCK = 8192
"""Rows of one QR factor."""


@dataclass(frozen=True, eq=False)
class Points:
    """Points x in the coordinates of a span: ``coordinates`` v(x) (m, r).

    ``outside`` (m,): the features of the point are no combination of those of the samples, so that its output is not
    determined by them.  ``row_error`` (m,) bounds ||v(x) - w(x)||, with w as in ``Span.row_error``; infinite where a
    column that is constant on the samples has another value, so that x is outside by however little.
    """

    coordinates: Real
    outside: NDArray[np.bool_]
    row_error: Real

    def __len__(self) -> int:
        return len(self.coordinates)

    @property
    def leverage(self) -> Real:
        """h(x) = sum_j k_j(x)^2 = ||v(x)||^2, (m,)."""
        return _squared_norms(self.coordinates)


@dataclass(frozen=True, eq=False)
class Span:
    """The span of n rows of features and a column of ones: ``basis`` V (n, r) with V'V = 1, up to rounding.

    ``shift``, ``scale`` (d,) standardise a column, ``varies`` (d,) says which are not constant, ``back`` (d', r - 1)
    turns the d' standardised columns that vary into the first r - 1 coordinates, up to the constants ``centre``
    (r - 1,) by which these miss the mean 0; the last coordinate is the bias, 1/sqrt(n).
    ``condition`` is that of the standardised columns as far as they are kept, ``sizes`` (n,) bounds what rounding acts
    on, and ``is_constant`` says that the columns which do not vary are constant to the last bit.
    """

    basis: Real
    shift: Real
    scale: Real
    varies: NDArray[np.bool_]
    back: Real
    centre: Real
    condition: float
    sizes: Real
    is_constant: bool

    @property
    def samples(self) -> int:
        """n."""
        return len(self.basis)

    @property
    def rank(self) -> int:
        """r, the bias included."""
        return int(self.basis.shape[1])

    @property
    def columns(self) -> int:
        """How many columns vary, and the bias: more than the rank where they depend on one another."""
        return len(self.back) + 1

    @cached_property
    def leverage(self) -> Real:
        """h_i = ||v_i||^2, (n,)."""
        return _squared_norms(self.basis)

    @cached_property
    def row_error(self) -> Real:
        """A bound on ||v_i - w_i||, (n,), where W, with the same coefficients but exactly, is a basis of the span.

        (x - shift)/scale has two roundings, each relative, a sum of d' products d' more, in any order, and taking off
        the centre one.  Twice as much is taken, which covers the rounding of the bound.
        """
        return self._errors(self.sizes)

    @cached_property
    def defect(self) -> float:
        """A bound on ||W'W - 1||_2 with W as in ``row_error``: below 1 its columns are independent, which is shown."""
        gram = self.basis.T @ self.basis
        size, error = float(self.leverage.sum()), float(np.linalg.norm(self.row_error))
        off = float(np.linalg.norm(gram - np.eye(self.rank))) + (self.samples + 4) * UNIT * size
        return float((off + 2 * size**0.5 * error + error**2) * (1 + 1e-9))

    @property
    def is_exact(self) -> bool:
        """Whether the rank is shown: all columns are independent, or there are as many as rows.

        That columns depend on one another is never shown in double precision; that one is constant is.
        """
        return self.is_constant and self.defect < 1 and self.rank in (self.columns, self.samples)

    @cached_property
    def leverage_bound(self) -> Real:
        """At least h_i, whatever was rounded, (n,)."""
        if self.defect >= 1:
            return np.ones(self.samples)
        # h_i = w (W'W)^-1 w' <= ||w||^2/(1 - ||W'W - 1||), and at most 1
        bound = (np.sqrt(self.leverage) + self.row_error) ** 2 / (1 - self.defect) * (1 + 1e-12)
        return np.minimum(bound, 1.0)

    def projected(self, columns: Real) -> Real:
        """P A of A (n, k)."""
        found: Real = self.basis @ (self.basis.T @ columns)
        return found

    def at(self, features: Real) -> Points:
        """The points with these ``features`` (m, d); raises ``DataError`` for another number of columns."""
        if features.ndim != 2 or features.shape[1] != len(self.shift):
            raise DataError(
                f"test: got features of shape {features.shape} beside {len(self.shift)} columns of the samples; "
                "accepted are the same columns in the same order"
            )
        fixed = ~self.varies
        level = np.maximum(np.abs(self.shift[fixed]), np.finfo(float).tiny)
        outside = np.any(np.abs(features[:, fixed] - self.shift[fixed]) > OUTSIDE * level, axis=1)
        z = (features[:, self.varies] - self.shift[self.varies]) / self.scale[self.varies]
        if self.rank < self.columns:
            # the columns of ``back`` span what the rows of the standardised features do
            rows = np.linalg.qr(self.back)[0]
            rest = np.linalg.norm(z - (z @ rows) @ rows.T, axis=1)
            outside |= rest > OUTSIDE * np.maximum(np.linalg.norm(z, axis=1), 1.0)
        coordinates = _with_bias(z, self.back, self.samples)
        coordinates[:, :-1] -= self.centre
        error = self._errors(_sizes(z, self.back, self.centre))
        differs = np.any(features[:, fixed] != self.shift[fixed], axis=1)
        return Points(coordinates, outside, np.where(differs, np.inf, error))

    def _errors(self, sizes: Real) -> Real:
        return 2 * (len(self.back) + 5) * UNIT * sizes


def span_of(features: Real) -> Span:
    """The span of ``features`` (n, d), finite numbers, and a column of ones.

    Columns are centred and scaled first, which does not change the span, and keeps what a large offset would take.
    Constant ones are spanned by the bias, and of columns that depend on one another the rank is the number of singular
    values above ``RANK_TOLERANCE`` times the largest.

    >>> span_of(np.array([[0.0, 7.0], [1.0, 7.0], [2.0, 7.0]])).rank
    2
    """
    n = len(features)
    size = np.maximum(features.max(axis=0), -features.min(axis=0))
    # powers of 2 out of each column, which rounds nothing: squares would leave the range of float64
    unit = np.ldexp(1.0, np.frexp(size)[1])
    # One array of the size of the features, worked on in place: to fill a new one takes as long as to factor it.
    z = features / unit
    mean = z.mean(axis=0)
    z -= mean
    spread = np.sqrt(np.einsum("ij,ij->j", z, z) / n)
    varies = spread * unit > VARIES * size
    if not varies.all():
        z = z[:, varies]
    z /= spread[varies]
    shift, scale = np.where(varies, mean * unit, features[0]), np.where(varies, spread * unit, 1.0)
    back, condition = _back(z)
    basis = _with_bias(z, back, n)
    if condition > _CLOSE:
        inner = basis[:, :-1] - basis[:, :-1].mean(axis=0)
        back = np.asarray(np.linalg.solve(np.linalg.cholesky(inner.T @ inner), back.T).T, dtype=np.float64)
        basis = _with_bias(z, back, n)
    # The mean of z is rounded, and where columns are nearly dependent that is much of what is left of them.
    centre = basis[:, :-1].mean(axis=0)
    basis[:, :-1] -= centre
    sizes = _sizes(z, back, centre)
    is_constant = bool((features[:, ~varies] == shift[~varies]).all())
    return Span(basis, shift, scale, varies, back, centre, condition, sizes, is_constant)


def _back(z: Real) -> tuple[Real, float]:
    """T (d, r) with (z T)'(z T) = 1, and the condition of z as far as it is kept."""
    n, d = z.shape
    if not d:
        return np.zeros((0, 0)), 1.0
    if n * d**2 > _SMALL:
        squares, right = np.linalg.eigh(z.T @ z)
        if squares[0] * _WELL**2 > squares[-1]:
            return right / np.sqrt(squares), float(np.sqrt(squares[-1] / squares[0]))
        rest = np.zeros((0, d))
        for start in range(0, n, _BLOCK):
            rest = np.asarray(np.linalg.qr(np.vstack([rest, z[start : start + _BLOCK]]), mode="r"))
        z = rest
    try:
        _, size, rows = np.linalg.svd(z, full_matrices=False)
    except np.linalg.LinAlgError:  # divide and conquer fails on rare matrices
        _, size, rows = scipy.linalg.svd(z, full_matrices=False, lapack_driver="gesvd")
    # centring takes one of at most n directions
    kept = (size > RANK_TOLERANCE * size[0]) & (np.arange(len(size)) < n - 1)
    return rows[kept].T / size[kept], float(size[kept][0] / size[kept][-1])


def _with_bias(z: Real, back: Real, samples: int) -> Real:
    """[z T, 1/sqrt(n)]."""
    found = np.empty((len(z), back.shape[1] + 1))
    np.matmul(z, back, out=found[:, :-1])
    found[:, -1] = samples**-0.5
    return found


def _sizes(z: Real, back: Real, centre: Real) -> Real:
    """What the rounding of z T - centre acts on, in a row; z is overwritten."""
    found: Real = np.abs(z, out=z) @ np.linalg.norm(back, axis=1) + float(np.linalg.norm(centre))
    return found


def _squared_norms(rows: Real) -> Real:
    found: Real = np.einsum("ij,ij->i", rows, rows)
    return found
