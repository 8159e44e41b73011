"""Definiteness of matrices of exact numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from symcheck.budget import look


def is_positive_definite(rows: Sequence[Sequence[Fraction]]) -> bool:
    """Whether a symmetric matrix of exact numbers is positive definite: all the pivots of its LDL' are positive."""
    return all(pivot > 0 for pivot in pivots_of(rows))


def pivots_of(rows: Sequence[Sequence[Fraction]]) -> list[Fraction]:
    """The pivots of the LDL' of a symmetric matrix of exact numbers, up to the first that is not positive.

    They are quotients of leading minors, which Bareiss' elimination finds in whole numbers.
    """
    common = lcm(*(x.denominator for row in rows for x in row))
    look(bits=common.bit_length() * len(rows))
    left = [[x.numerator * (common // x.denominator) for x in row] for row in rows]
    # A pivot of LDL' is a leading minor over the one before it, and ``last`` is that one.
    pivots, last = [], 1
    for k, row in enumerate(left):
        pivot = row[k]
        pivots.append(Fraction(pivot, last * common))
        if pivot <= 0:
            break
        for below in left[k + 1 :]:
            look()
            # Bareiss: the entries are minors of the whole matrix, so that the division by the last pivot leaves no
            # rest.
            factor = below[k]
            below[k + 1 :] = [
                (pivot * x - factor * y) // last for x, y in zip(below[k + 1 :], row[k + 1 :], strict=True)
            ]
        last = pivot
    return pivots


def isotropic_parts(rows: Sequence[Sequence[Fraction] | None]) -> tuple[Fraction, Fraction] | None:
    """The a and b of a matrix a I + b 11', None of another one; of a row that is None nothing is asked."""
    known = [(i, row) for i, row in enumerate(rows) if row is not None]
    diagonal = {row[i] for i, row in known}
    others = {x for i, row in known for j, x in enumerate(row) if i != j}
    if len(diagonal) > 1 or len(others) > 1:
        return None
    b = others.pop()
    return diagonal.pop() - b, b
