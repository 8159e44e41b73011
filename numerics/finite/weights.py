"""The weights of labels in the scores at a point: k_j(x) = v(x)'v_j, and without the point's own label P_ij/(1 - P_ii).

The score of class c in the limit is sum_j k_j 1{label j is c}, up to a number that is the same for each class.  At a
sample, the model that all the other samples give has the weights P_ij/(1 - P_ii) of least squares without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from numerics.finite.samples import Samples
from numerics.finite.span import UNIT, Span

Real = NDArray[np.float64]

FREEDOM = 1e-6
"""A sample with 1 - P_ii below this is alone in a direction: the others say nothing of it, or too little to compute."""
_ENTRIES = 2**21
"""Weights that one product makes."""
_AT_A_TIME = 2**16
"""Weights that are handed out at a time: what is computed of them stays in the cache."""


@final
@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of n labels at N points with ``coordinates`` v(x) (N, r), by the ``basis`` (n, r) of the samples.

    ``freedom`` (N,) is 1 - P_ii where the points are the samples, each without its own label, else None.
    ``said`` (N,): the point has a score at all.  ``errors`` (N,) bounds sum_j |k_j - those of exact arithmetic|,
    infinite where nothing is shown of it, and ``is_exact`` says that the span is that of exact arithmetic.
    """

    coordinates: Real
    basis: Real
    freedom: Real | None
    said: NDArray[np.bool_]
    errors: Real
    is_exact: bool

    def __len__(self) -> int:
        return len(self.coordinates)

    def blocks(self) -> Iterator[tuple[slice, Real]]:
        """Points, some at a time, and their weights (m, n); those of points of which nothing is said are 0."""
        many, few = (max(1, entries // len(self.basis)) for entries in (_ENTRIES, _AT_A_TIME))
        for first in range(0, len(self), many):
            products = self.coordinates[first : first + many] @ self.basis.T
            for start in range(0, len(products), few):
                found = products[start : start + few]
                part = slice(first + start, first + start + len(found))
                if self.freedom is not None:
                    found[np.arange(len(found)), np.arange(part.start, part.stop)] = 0.0
                    found /= np.maximum(self.freedom[part], FREEDOM)[:, None]
                found[~self.said[part]] = 0.0
                yield part, found


def weights_at(samples: Samples, *, with_own: bool = False) -> Weights:
    """The weights at the test points of ``samples``, or at the samples themselves, each without its own label.

    ``with_own``: those of the model that has seen the label of the sample as well.
    """
    span, test = samples.span, samples.test
    if test is not None:
        # that x is in the row space is shown where the columns are independent: then every x is
        is_exact = span.is_exact and span.rank == span.columns
        errors = _errors(span, test.coordinates, test.row_error)
        return Weights(test.coordinates, span.basis, None, ~test.outside, errors, is_exact)
    if with_own:
        everywhere = np.ones(len(samples), dtype=bool)
        errors = _errors(span, span.basis, span.row_error)
        return Weights(span.basis, span.basis, None, everywhere, errors, span.is_exact)
    freedom = 1 - span.leverage
    said = freedom > FREEDOM
    return Weights(span.basis, span.basis, freedom, said, _errors_without(span, freedom), span.is_exact)


def _errors(span: Span, coordinates: Real, row_error: Real) -> Real:
    """Bounds on sum_j |v(x)'v_j - w(x)'(W'W)^-1 w_j|, W as in ``Span.row_error``, the rounding of products included."""
    if span.defect >= 1:
        return np.full(len(coordinates), np.inf)
    size = np.linalg.norm(coordinates, axis=1)
    lengths, off = float(np.sqrt(span.leverage).sum()), float(span.row_error.sum())
    loss = span.defect / (1 - span.defect) + (span.rank + 2) * UNIT
    found: Real = row_error * (lengths + off) + size * off + (size + row_error) * (lengths + off) * loss
    return found * (1 + 1e-9)


def _errors_without(span: Span, freedom: Real) -> Real:
    """The same for the weights without the own label: numerator and denominator, and the division."""
    size, error = np.sqrt(span.leverage), span.row_error
    if span.defect >= 1:
        return np.full(span.samples, np.inf)
    loss = span.defect / (1 - span.defect) + (span.rank + 2) * UNIT
    leverage_error = (error * (2 * size + error) + (size + error) ** 2 * loss) * (1 + 1e-9) + UNIT
    total = size * float(size.sum()) * (1 + 1e-9)  # at least sum_j |P_ij|, as computed
    left = freedom - leverage_error
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (_errors(span, span.basis, error) + total * (leverage_error / freedom + 2 * UNIT)) / left * (1 + 1e-9)
    return np.where((left > 0) & (freedom > FREEDOM), found, np.inf)
