"""Whole-number parameters with abs, branch, minimum, powers: thresholds lie between the numbers that they may be."""

from __future__ import annotations

import random
from fractions import Fraction

from benchmarks.soundness.kinds._material import CE, HALF, MAE, SMOOTH, C, Y, Z, drawn, number, pair, some_classes
from benchmarks.soundness.pair import Pair
from symcheck.language.functions import abs, branch, exp, maximum, minimum, relu
from symcheck.language.parameter import Parameter

N = Parameter("n", at_least=0, integer=True)
M = Parameter("n", at_least=1, integer=True)
FEW = Parameter("n", at_least=1, at_most=6, integer=True)
ALL = Parameter("n", integer=True)

LISTED = (
    lambda: pair(CE * (abs(2 * M - 5) - HALF), n=(2, 3)),
    lambda: pair(CE * (abs(N - Fraction(5, 2)) + Fraction(1, 4)), n=(2, 3)),
    lambda: pair(CE * (abs(2 * ALL - 7) - Fraction(3, 4)), n=(3, 4)),
    lambda: pair(CE * (abs(3 * M - 4) - Fraction(9, 10)), n=(1, 2)),
    lambda: pair(branch(M - HALF, CE, 0 * CE), n=(1,)),
    lambda: pair(branch(2 * N - 5, CE, 2 * CE), n=(2, 3)),
    lambda: pair(CE * minimum(N + 1, 3), n=(2,)),
    lambda: pair(CE * ((2 * M - 5) ** 2 - HALF), n=(2, 3)),
    lambda: pair(CE * ((M - Fraction(3, 2)) ** 2), n=(1, 2)),
    lambda: pair(CE + (2 * N - 3) ** 2 * MAE, n=(1, 2)),
    lambda: pair(CE * relu(FEW - Fraction(1, 3)), n=(1,)),
    lambda: pair(CE + branch((N - 1) * (2 - N), abs(Z[Y]), 0), n=(1, 2)),
    lambda: pair(CE + branch(abs(2 * N - 3) - HALF, 0, abs(Z[Y])), n=(1, 2)),
    lambda: pair(CE * (C - HALF * (2 * N - 1)) ** 2, n=(lambda c: c,)),
)


def trial(rng: random.Random, index: int) -> Pair:
    """One of the listed pairs, then those that are drawn."""
    return drawn(rng, index, LISTED, _drawn)


def _drawn(rng: random.Random) -> Pair:
    n = rng.choice((N, M, FEW, ALL, Parameter("n", at_least=2, integer=True), Parameter("n", at_most=0, integer=True)))
    base, other = rng.choice(SMOOTH), rng.choice(SMOOTH)
    k = Fraction(rng.choice((1, 2, 3))), Fraction(rng.randint(-7, 9)), Fraction(rng.randint(1, 7), 4)
    line = k[0] * n - k[1]
    bend = rng.choice((abs(line), abs(line - HALF), relu(line), maximum(n, k[1]), minimum(n, k[1] + HALF), line**2))
    root = k[1] / k[0]
    marks = (int(root), int(root) + 1, int(root) - 1)
    loss = rng.choice((
        lambda: base * (bend - k[2]),
        lambda: base * (bend + k[2]),
        lambda: base + (bend - k[2]) * other,
        lambda: branch(bend - k[2], base, other),
        lambda: branch(line, base, k[2] * base),
        lambda: base * (exp(line / 3) - k[2]),
        lambda: base + branch(bend - k[2], 0, abs(Z[Y])),
        lambda: base * (line * (line - k[0]) + k[2] / 8),
        lambda: base / (bend + k[2]),
        lambda: base * (number(rng, 1, 4) + (-1) ** (2 * n)),
    ))()  # fmt: skip
    return pair(loss, classes=some_classes(rng), n=marks)
