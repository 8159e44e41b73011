"""A drift c 1 that vanishes at one C or for one value of a parameter, with losses of several forms."""

from __future__ import annotations

import random
from fractions import Fraction

from benchmarks.soundness.kinds._material import (
    CE,
    HALF,
    L2,
    ONE_VS_REST,
    SMOOTH,
    SQUARE,
    VARIANCE,
    C,
    Term,
    Y,
    Z,
    drawn,
    free,
    number,
    pair,
    some_classes,
)  # fmt: skip
from benchmarks.soundness.pair import Pair
from symcheck.language.functions import abs, exp, log, mean, sigmoid, softplus, total
from symcheck.language.parameter import Parameter

A = Parameter("a", above=0)

LISTED = (
    lambda: pair(ONE_VS_REST),
    lambda: pair(CE + (C - 3) * mean(Z), at=(3,)),
    lambda: pair(CE + (C - 2) * (C - 3) * mean(Z), classes=(2, 3)),
    lambda: pair(A * softplus(-Z[Y]) + total(softplus(Z), but=Y), a=(1, lambda n: n - 1)),
    lambda: pair(CE + (A - 1) * mean(Z), a=(1,)),
    lambda: pair(ONE_VS_REST, classes=2),
    lambda: pair(SQUARE + total(Z) / C),
    lambda: pair(SQUARE, VARIANCE),
    lambda: pair(CE + (log(C) - log(5)) * total(Z), at=(5,)),
    lambda: pair(CE + (sigmoid(Z[Y]) - HALF) * (C - 4), at=(4,)),
    lambda: pair(CE + abs(C - 4) * mean(Z), at=(4,)),
    lambda: pair(total(exp(Z), but=Y) + (C - 1) * exp(-Z[Y])),
)


def trial(rng: random.Random, index: int) -> Pair:
    """One of the listed pairs, then those that are drawn."""
    return drawn(rng, index, LISTED, _drawn)


def _drawn(rng: random.Random) -> Pair:
    c, a, t = rng.choice((2, 3, 4, 5, 9)), free("a", rng), number(rng, 1, 4)
    zero: Term = rng.choice(
        (C - c, (C - c) ** 2, a - t, a, 1 / C - Fraction(1, c), log(C) - log(c), a - C, a * C - t, t)
    )
    along: Term = rng.choice((mean(Z), total(Z), total(exp(Z)), log(total(exp(Z))), total(sigmoid(Z))))
    loss = rng.choice((
        lambda: rng.choice(SMOOTH) + zero * along,
        lambda: a * softplus(-Z[Y]) + t * total(softplus(Z), but=Y),
        lambda: t * exp(-Z[Y]) + total(exp(a * Z), but=Y),
        lambda: a * total(Z**2) + (Z[Y] - t) ** 2 + zero * Z[Y],
        lambda: rng.choice(SMOOTH) + zero * Z[Y] + zero * mean(Z),
    ))()  # fmt: skip
    return pair(
        loss,
        rng.choice((L2, L2, VARIANCE)),
        classes=some_classes(rng),
        at=(c, c + 1),
        a=(t, lambda n: n, lambda n: t / n),
    )
