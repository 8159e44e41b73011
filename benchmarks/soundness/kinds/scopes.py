"""Unusual scopes: huge numbers of classes, a single one, short runs; with formulas that change far out."""

from __future__ import annotations

import random
from fractions import Fraction

from benchmarks.soundness.kinds._material import (
    CE,
    ENTROPY,
    L2,
    MAE,
    ONE_VS_REST,
    SMOOTH,
    VARIANCE,
    C,
    P,
    Y,
    Z,
    drawn,
    free,
    number,
    pair,
)  # fmt: skip
from benchmarks.soundness.kinds.thresholds_in_c import phuber
from benchmarks.soundness.pair import Pair
from symcheck.language.functions import branch, clamp, exp, log, maximum, minimum, relu, total

LISTED = (
    lambda: pair(CE, classes=(10**6, 10**7)),
    lambda: pair(phuber(Fraction(5 * 10**6)), classes=(10**6, 10**7), at=(5 * 10**6,)),
    lambda: pair(ONE_VS_REST, classes=(10**6, 10**7)),
    lambda: pair(-log(clamp(P[Y], Fraction(1, 10**7), 1)), at=(10**7,)),
    lambda: pair(-log(clamp(P[Y], Fraction(1, 10**7), 1)), classes=10**7),
    lambda: pair(CE, (C - 10**6) * L2 + VARIANCE, classes=(10**6, 10**7), at=(10**6,)),
    lambda: pair(CE, ENTROPY, classes=10**7),
    lambda: pair(relu(C - 1000) * MAE + CE, at=(1000,)),
    lambda: pair(CE * (1 - C / 10**7), classes=(10**6, 10**7), at=(10**7,)),
    lambda: pair(CE * (log(C) - 16), at=(8886110, 8886111)),
    lambda: pair((1 + exp(-C)) * CE),
    lambda: pair(CE + relu(CE - 16), at=(8886110, 8886111)),
)


def trial(rng: random.Random, index: int) -> Pair:
    """One of the listed pairs, then those that are drawn."""
    return drawn(rng, index, LISTED, _drawn)


def _drawn(rng: random.Random) -> Pair:
    end = rng.choice((12, 50, 100, 149, 1000, 65536, 10**6, 5 * 10**6))
    base, a = rng.choice(SMOOTH), free("a", rng)
    loss = rng.choice((
        lambda: base,
        lambda: base + relu(C - end) * MAE / end,
        lambda: phuber(Fraction(end)),
        lambda: -log(maximum(P[Y], Fraction(1, end))),
        lambda: base * (1 - C / end),
        lambda: base * (log(C) - log(end)),
        lambda: minimum(CE, log(end)) + number(rng, 1, 3) * base,
        lambda: branch(C - end, base, 2 * base) * (1 + a**2),
        lambda: base + (C - end) * total(Z) / end,
        lambda: base + exp(-C) * a * MAE,
    ))()  # fmt: skip
    g = rng.choice((L2, L2, VARIANCE, ENTROPY, (C - end) ** 2 * L2, L2 + relu(C - end) * VARIANCE))
    low = max(2, end - rng.choice((0, 1, 10, end)))
    classes = rng.choice((None, end, end + 1, (low, end + 1), (low, end), (low, 10**7)))
    return pair(loss, g, classes=classes, at=(end, end + 1))
