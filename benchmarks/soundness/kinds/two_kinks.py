"""Two kinks at once: they may cancel, meet at one C, or each act for some values only."""

from __future__ import annotations

import random
from fractions import Fraction

from benchmarks.soundness.kinds._material import (
    CE,
    MAE,
    SMOOTH,
    C,
    P,
    Term,
    Y,
    Z,
    drawn,
    free,
    number,
    pair,
    some_classes,
)
from benchmarks.soundness.pair import Pair
from symcheck.language.functions import abs, branch, clamp, log, maximum, mean, minimum, relu
from symcheck.language.parameter import Parameter

A, B = Parameter("a", above=0), Parameter("b", above=0)

LISTED = (
    lambda: pair(CE + relu(Z[Y]) - relu(-Z[Y])),
    lambda: pair(CE + abs(Z[Y]) - maximum(Z[Y], -Z[Y])),
    lambda: pair(CE + relu(Z[Y]) + relu(-Z[Y]) - abs(Z[Y])),
    lambda: pair(CE + (C - 2) * abs(Z[Y]) + (3 - C) * relu(Z[Y]), classes=(2, 3)),
    lambda: pair(CE * relu(C - 3) + MAE * relu(6 - C), at=(3, 6)),
    lambda: pair(CE + relu(P[Y] - Fraction(1, 4)) + relu(P[Y] - Fraction(1, 7)), at=(4, 7)),
    lambda: pair(CE * (abs(A - 1) + abs(A - 3)), a=(1, 3)),
    lambda: pair(CE * (abs(A - 1) + abs(B - C)), a=(1,), b=(lambda n: n,)),
    lambda: pair(CE * maximum(A, B)),
    lambda: pair(CE + abs(abs(Z[Y]) - 1)),
    lambda: pair(branch(Z[Y], CE, CE) + branch(C - 3, CE, CE), at=(3,)),
    lambda: pair(CE + branch(Z[Y], Z[Y] ** 2, Z[Y] ** 3)),
    lambda: pair(CE + branch(Z[Y], Z[Y] ** 3, -(Z[Y] ** 3))),
)


def trial(rng: random.Random, index: int) -> Pair:
    """One of the listed pairs, then those that are drawn."""
    return drawn(rng, index, LISTED, _drawn)


def _drawn(rng: random.Random) -> Pair:
    base, a, b = rng.choice(SMOOTH), free("a", rng), free("b", rng)
    ends = rng.choice((2, 3, 4, 5)), rng.choice((4, 6, 7, 10))
    s, t = number(rng), number(rng)

    def bend(end: int, p: Parameter) -> Term:
        inner: Term = rng.choice((
            P[Y] - Fraction(1, end), CE - log(end), C - end, p - end, Z[Y], mean(Z) - Z[Y], p * P[Y] - 1, Z[Y] ** 3,
        ))  # fmt: skip
        return rng.choice(
            (relu(inner), abs(inner), minimum(inner, 0), clamp(inner, -1, 1), branch(inner, inner, t * inner))
        )

    first, second = bend(ends[0], a), bend(ends[1], rng.choice((a, b)))
    loss = rng.choice((
        base + s * first + t * second, base + first * second, base + maximum(first, second),
        base + s * first - s * first, base * (2 + first) + second, base + (C - ends[0]) * first,
    ))  # fmt: skip
    return pair(loss, classes=some_classes(rng), at=ends, a=(*ends, lambda n: n), b=(*ends, lambda n: n))
