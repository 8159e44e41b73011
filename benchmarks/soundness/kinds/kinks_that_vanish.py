"""Kinks with a factor that vanishes at one C or at one value of a parameter, and branches that never bend."""

from __future__ import annotations

import random
from fractions import Fraction

from benchmarks.soundness.kinds._material import (
    CE,
    L2,
    MAE,
    POSITIVE,
    SMOOTH,
    C,
    Term,
    Y,
    Z,
    drawn,
    free,
    pair,
    some_classes,
)  # fmt: skip
from benchmarks.soundness.pair import Pair
from symcheck.language.functions import abs, amax, branch, maximum, mean, relu, sqrt, total
from symcheck.language.parameter import Parameter

A = Parameter("a", at_least=0)

LISTED = (
    lambda: pair(CE + (C - 3) * abs(Z[Y]), at=(3,)),
    lambda: pair(CE, L2 + (C - 3) * total(abs(Z)), at=(3,)),
    lambda: pair(CE + branch((C - 2) * Z[Y], (3 - C) * Z[Y], 0), classes=(2, 3)),
    lambda: pair(CE + (C - 2) * (C - 5) * relu(Z[Y]), at=(2, 5)),
    lambda: pair(CE + A * abs(Z[Y]), a=(0,)),
    lambda: pair(CE + (C - 4) * amax(Z), at=(4,)),
    lambda: pair(CE + (C - 3) * sqrt(total(Z**2)), at=(3,)),
    lambda: pair(CE + (C - 2) * abs(Z[Y]), classes=2),
    lambda: pair(CE + (C - 2) * abs(Z[Y]), classes=(2, 4)),
    lambda: pair(CE + branch((C - 2) * (C - 3) * Z[Y], Z[Y], 0), classes=(2, 4)),
    lambda: pair(CE + (C - 2) * (3 - C) * maximum(Z[Y], 0), classes=(2, 3)),
    lambda: pair(CE, L2 + (C - 2) * (3 - C) * total(abs(Z)), classes=(2, 3)),
    lambda: pair(CE + A * (A - 1) * relu(mean(Z) - Z[Y]), a=(0, 1)),
)


def trial(rng: random.Random, index: int) -> Pair:
    """One of the listed pairs, then those that are drawn."""
    return drawn(rng, index, LISTED, _drawn)


def _drawn(rng: random.Random) -> Pair:
    c, d = rng.choice((2, 3, 4, 5, 10)), rng.choice((2, 3, 6, 7))
    a = free("a", rng)
    factor: Term = rng.choice((C - c, (C - c) * (C - d), (C - c) ** 2, Fraction(1, c) - 1 / C, a, a - 1, a * (C - c)))
    inner: Term = rng.choice((Z[Y], mean(Z) - Z[Y], CE - (mean(Z) - Z[Y]), MAE, Z[Y] ** 2, total(Z)))
    at_zero = 1 - 1 / C if inner is MAE else 0 * C
    shift: Term = rng.choice((0, 0, at_zero, 0 * C))
    kink = rng.choice((
        lambda: factor * abs(inner - shift),
        lambda: abs(factor * (inner - shift)),
        lambda: factor * relu(inner - shift),
        lambda: relu(factor * (inner - shift)),
        lambda: branch(factor * inner, (c + 1 - C) * inner, 0),
        lambda: branch(factor * inner, inner, inner),
        lambda: branch(factor * inner, inner, (1 + factor) * inner),
        lambda: maximum(factor * inner, 0),
        lambda: factor * amax(Z) + factor,
        lambda: factor * abs(inner) * inner**2,
    ))()  # fmt: skip
    if rng.random() < 0.3:
        g = rng.choice((total(abs(Z)), amax(Z), total(abs(Z) ** 3), total(relu(Z) ** 2), abs(total(Z))))
        return pair(
            rng.choice(SMOOTH), rng.choice(POSITIVE) + factor * g, classes=some_classes(rng), at=(c, d), a=(0, 1)
        )
    return pair(rng.choice(SMOOTH) + kink, classes=some_classes(rng), at=(c, d), a=(0, 1))
