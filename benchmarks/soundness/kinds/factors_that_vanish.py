"""Losses that lose their signal, change its sign, or are exact, at one C or one value of a parameter only."""

from __future__ import annotations

import random
from fractions import Fraction

from benchmarks.soundness.kinds._material import CE, HALF, MAE, SMOOTH, C, Term, drawn, free, number, pair, some_classes
from benchmarks.soundness.pair import Pair
from symcheck.language.functions import exp, log, sqrt
from symcheck.language.parameter import Parameter

Q = Parameter("q", above=0, at_most=1)

LISTED = (
    lambda: pair((C - 3) * CE, at=(3,)),
    lambda: pair((C - 3) ** 2 * CE, at=(3,)),
    lambda: pair((C - Fraction(5, 2)) ** 2 * CE, at=(2, 3)),
    lambda: pair((Q - HALF) ** 2 * CE, q=(HALF,)),
    lambda: pair(Q * CE + (1 - Q) * MAE, q=(1,)),
    lambda: pair((Q + C - 2) * CE, at=(2,)),
    lambda: pair((C - 2) * (C - 3) * CE, at=(2, 3)),
    lambda: pair((2 - C) * CE + CE, at=(2, 3)),
    lambda: pair((log(C) - log(7)) ** 2 * CE, at=(7,)),
    lambda: pair((1 + (C - 2) * (C - 5)) * CE, classes=(2, 5), at=(3, 4)),
)


def trial(rng: random.Random, index: int) -> Pair:
    """One of the listed pairs, then those that are drawn."""
    return drawn(rng, index, LISTED, _drawn)


def _drawn(rng: random.Random) -> Pair:
    base, other = rng.choice(SMOOTH), rng.choice(SMOOTH)
    c, t, a = rng.choice((2, 3, 4, 7, 20)), number(rng, 1, 5), free("a", rng)
    zero: Term = rng.choice((
        C - c, (C - c) ** 2, (C - c) * (C - c - 1), C - c - HALF, log(C) - log(c), a - t, (a - t) ** 2, a * C - c,
        exp(a) - exp(t), sqrt(C) - sqrt(c), 1 / C - Fraction(1, c), a**2 - t, (a - t) * (C - c),
    ))  # fmt: skip
    loss = rng.choice((zero * base, base + zero * other, (1 + zero) * base, base / (1 + zero**2), (t + zero) * base))
    return pair(loss, classes=some_classes(rng), at=(c, c + 1), a=(t, lambda n: Fraction(c, n)))
