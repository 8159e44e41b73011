"""Definiteness of matrices of exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def is_positive_definite(rows: Sequence[Sequence[Fraction]]) -> bool:
    """Whether a symmetric matrix of exact numbers is positive definite: all the pivots of its LDL' are positive."""
    return all(pivot > 0 for pivot in pivots_of(rows))


def pivots_of(rows: Sequence[Sequence[Fraction]]) -> list[Fraction]:
    """The pivots of the LDL' of a symmetric matrix of exact numbers, up to the first that is not positive."""
    left, pivots = [list(row) for row in rows], []
    for k, row in enumerate(left):
        pivots.append(row[k])
        if row[k] <= 0:
            break
        for below in left[k + 1 :]:
            factor = below[k] / row[k]
            for j in range(k + 1, len(row)):
                below[j] -= factor * row[j]
    return pivots
