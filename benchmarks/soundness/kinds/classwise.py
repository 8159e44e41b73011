"""Class weights, margins, priors and label matrices: free, given with equal and with different entries."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction

from benchmarks.soundness.kinds._material import CE, HALF, L2, SMOOTH, C, P, Term, Y, Z, drawn, free, number, pair
from benchmarks.soundness.pair import Pair
from symcheck.language.classwise import ClassParameter, MatrixParameter, quadratic_form
from symcheck.language.functions import abs, exp, log, log_softmax, logsumexp, mean, onehot, relu, softmax, total

FREE = ClassParameter("w", above=0)
PRIOR = ClassParameter("pi", above=0, below=1, total=1)


def _matrix(rows: str) -> MatrixParameter:
    return MatrixParameter("T", [[Fraction(x) for x in row.split()] for row in rows.split(";")])


def _weights(entries: str) -> ClassParameter:
    return ClassParameter("w", [Fraction(x) for x in entries.split()])


MANY = 21
"""So many classes with given entries are read by name, and not one by one."""


LISTED: tuple[Callable[[], Pair], ...] = (
    lambda: pair(FREE[Y] * CE),
    lambda: pair(_weights("2 2 2")[Y] * CE),
    lambda: pair(_weights("1 1 2")[Y] * CE),
    lambda: pair(logsumexp(Z - FREE * onehot(Y)) - Z[Y] + FREE[Y]),
    lambda: pair(logsumexp(Z + log(PRIOR)) - Z[Y] - log(PRIOR[Y])),
    lambda: pair(-log((_matrix("3/4 1/4 0;0 3/4 1/4;1/4 0 3/4").T @ P)[Y])),
    lambda: pair(-log((_matrix("4/5 1/10 1/10;1/10 4/5 1/10;1/10 1/10 4/5").T @ P)[Y])),
    lambda: pair(-log((_matrix("4/5 1/5;2/5 3/5").T @ P)[Y])),
    lambda: pair(-total((_matrix("1/2 1/4 1/4;1/4 1/2 1/4;1/4 1/4 1/2").T @ onehot(Y)) * log_softmax(Z))),
    lambda: pair(CE, quadratic_form(_matrix("2 1;1 2"), Z)),
    lambda: pair(CE, quadratic_form(_matrix("1 -1;-1 1"), Z)),
    lambda: pair(CE, quadratic_form(_matrix("1 2;2 1"), Z)),
    lambda: pair(CE, total(FREE * Z**2)),
    lambda: pair(CE * abs(FREE[Y] - 1) + CE),
    lambda: pair(CE + relu(FREE[Y] - 1) * MUH_OF_P),
    lambda: pair(total(FREE) * CE / C),
    lambda: pair(_weights("1 2 3")[Y] / mean(_weights("1 2 3")) * CE),
    lambda: pair(CE * mean(FREE / FREE)),
    lambda: pair(total(_weights("1 " * (MANY - 1) + "2") * (Z - mean(Z)))),
    lambda: pair(total(_weights("1 2 3 " * (MANY // 3)) * P) + CE),
)

MUH_OF_P: Term = mean(P) - P[Y]


def trial(rng: random.Random, index: int) -> Pair:
    """One of the listed pairs, then those that are drawn."""
    return drawn(rng, index, LISTED, _drawn)


def _drawn(rng: random.Random) -> Pair:
    n = rng.choice((2, 3, 3, 4)) if rng.random() < 0.9 else MANY
    base = rng.choice(SMOOTH)
    equal = rng.random() < 0.3
    entries = [number(rng, 1, 6)] * n if equal else [number(rng, 1, 6) for _ in range(n)]
    w: Term = rng.choice((FREE, ClassParameter("w", entries), ClassParameter("w", entries)))
    matrix = _drawn_matrix(rng, n)
    a = free("a", rng)
    if rng.random() < 0.3:
        both = _symmetric(rng, n)
        return pair(base, rng.choice((quadratic_form(both, Z) + L2, quadratic_form(both, Z), total(w * Z**2))))
    loss = rng.choice((
        lambda: w[Y] * base,
        lambda: base + (w[Y] - entries[0]) * mean(Z),
        lambda: logsumexp(Z - w * onehot(Y)) - Z[Y],
        lambda: logsumexp(Z + log(w)) - Z[Y] - log(w[Y]),
        lambda: -log((matrix.T @ softmax(Z))[Y]),
        lambda: -total(matrix[Y] * log_softmax(Z)),
        lambda: (a + w[Y] ** 2) * base,
        lambda: abs(w[Y] - entries[0]) * base + base,
        lambda: base + a * total(w * softmax(Z)),
        lambda: w[Y] / mean(w) * base,
        lambda: total(w * exp(Z)) / C - w[Y] * Z[Y],
        lambda: relu(w[Y] - HALF) * base,
        lambda: total(w * rng.choice((Z, P, Z - mean(Z), exp(Z)))) + rng.choice((0, 0, 1)) * base,
    ))()  # fmt: skip
    return pair(loss)


def _drawn_matrix(rng: random.Random, n: int) -> MatrixParameter:
    """Rows that sum to 1: symmetric noise, a pair flip, or drawn."""
    kind, share = rng.random(), Fraction(rng.randint(1, 9), 10)
    if kind < 0.3:
        rows = [[(1 - share) * (i == j) + share / n for j in range(n)] for i in range(n)]
    elif kind < 0.6:
        rows = [[(1 - share) * (i == j) + share * ((i + 1) % n == j) for j in range(n)] for i in range(n)]
    else:
        weights = [[Fraction(rng.randint(1, 5)) + 3 * (i == j) for j in range(n)] for i in range(n)]
        rows = [[x / sum(row) for x in row] for row in weights]
    return MatrixParameter("T", rows)


def _symmetric(rng: random.Random, n: int) -> MatrixParameter:
    rows = [[Fraction(0)] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            rows[i][j] = rows[j][i] = Fraction(rng.randint(-2, 2)) + 2 * (i == j)
    return MatrixParameter("A", rows)
