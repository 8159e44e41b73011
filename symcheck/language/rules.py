"""Rules: entries of class-vectors and matrices that are written once for every number of classes.

An array that follows a rule is known at every C; a free array may name a rule for the entries to train with.
Rules have names, so that formulas can be written down and compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

Rule = Callable[[int], tuple[tuple[Fraction, ...], ...]]
"""The entries for C classes, as rows; a class-vector is one row."""


def _vector(entry: Callable[[int, int], Fraction | int]) -> Rule:
    """The class-vector with ``entry(k, C)`` at the class k = 1, ..., C."""
    return lambda n: (tuple(Fraction(entry(k, n)) for k in range(1, n + 1)),)


def _matrix(entry: Callable[[int, int, int], Fraction | int]) -> Rule:
    """The matrix with ``entry(i, j, C)`` at the classes i and j."""
    return lambda n: tuple(tuple(Fraction(entry(i, j, n)) for j in range(1, n + 1)) for i in range(1, n + 1))


VECTOR_RULES: Mapping[str, Rule] = {
    "first": _vector(lambda k, _: k == 1),
    "proportional": _vector(lambda k, n: Fraction(2 * k, n * (n + 1))),
    "rising": _vector(lambda k, _: 1 + Fraction(k - 1, 10)),
}
"""e_1; k over the sum of all k; 1, 1.1, 1.2, ..."""

MATRIX_RULES: Mapping[str, Rule] = {
    "cyclic": _matrix(lambda i, j, n: i % n == j - 1),
    "diagonal": _matrix(lambda i, j, _: Fraction(i, 2) * (i == j)),
    "pair_flip": _matrix(lambda i, j, n: Fraction(7, 10) * (i == j) + Fraction(3, 10) * (i % n == j - 1)),
}
"""1 at (i, i + 1) and at (C, 1), 0 elsewhere; diag(1, ..., C)/2; 7/10 I + 3/10 of the cyclic one."""
