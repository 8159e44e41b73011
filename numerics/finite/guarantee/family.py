"""The scores that a linear family can give to n samples, in orthonormal coordinates, and their leads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from numerics.finite.span import UNIT, Span
from numerics.models.linear import Outputs, basis_of

Real = NDArray[np.float64]
Classes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ScoreSpace:
    """Z = V W B' with V the basis of ``span``, B (C, m) orthonormal columns of scores of ``kind``, W (..., r, m).

    ||Z||_F = ||W||_F, and row i of Z has at most the norm sqrt(h_i) ||W||_F.
    """

    span: Span
    classes: int
    kind: Outputs = Outputs.FULL

    @cached_property
    def basis(self) -> Real:
        """B (C, m)."""
        found: Real = basis_of(self.classes, self.kind).numpy()
        return found

    @cached_property
    def rivals(self) -> Real:
        """||B'(e_c - e_k)|| (C, C): a row of norm d changes z_c - z_k by at most d times that; inf for c = k."""
        # ||B'e_c||^2 + ||B'e_k||^2 - 2 <B'e_c, B'e_k>, products of m <= C terms, at least 1 together; rounded up
        products = self.basis @ self.basis.T
        squares = np.diag(products)
        found: Real = np.sqrt(np.maximum(squares[:, None] + squares[None] - 2 * products, 0.0))
        found *= 1 + 4 * (self.classes + 4) * UNIT
        np.fill_diagonal(found, np.inf)
        return found

    def scores(self, weights: Real) -> Real:
        """Z (..., n, C)."""
        found: Real = self.span.basis @ (weights @ self.basis.T)
        return found

    def pulled_back(self, rows: Real) -> Real:
        """V' X B (..., r, m): the projection of X (..., n, C) on what the family can give, in its coordinates."""
        found: Real = (self.span.basis.T @ rows) @ self.basis
        return found

    def leading(self, scores: Real) -> tuple[Classes, Real]:
        """The class with the largest score, the first of several, and its lead, both (..., n).

        The lead is the least norm of a change of the row that makes another score as large: the distance of scores
        over that of ``rivals``, so 0 for a tie.
        """
        top = scores.argmax(-1)
        apart = np.take_along_axis(scores, top[..., None], -1) - scores
        # inf for the class itself, where 0/inf would be 0
        np.put_along_axis(apart, top[..., None], np.inf, -1)
        width = self.rivals[top]
        width[~np.isfinite(width)] = 1.0
        lead: Real = (apart / width).min(-1)
        return top, lead
