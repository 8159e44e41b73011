"""Formulas that branch on a parameter, or on a parameter and C."""

from __future__ import annotations

import random
from fractions import Fraction

from benchmarks.soundness.kinds._material import (
    CE,
    HALF,
    MAE,
    SMOOTH,
    C,
    P,
    Term,
    Y,
    drawn,
    free,
    number,
    pair,
    some_classes,
)  # fmt: skip
from benchmarks.soundness.kinds.thresholds_in_c import phuber
from benchmarks.soundness.pair import Pair
from symcheck.language.functions import abs, branch, clamp, log, maximum, minimum, relu
from symcheck.language.parameter import Parameter

TAU, Q = Parameter("tau", above=0), Parameter("q", above=0, at_most=1)

LISTED = (
    lambda: pair(phuber(Parameter("tau", above=1)), tau=(lambda n: n,)),
    lambda: pair(2 * CE + relu(TAU - 1) * MAE, tau=(1,)),
    lambda: pair(CE * maximum(TAU, 2), tau=(2,)),
    lambda: pair(CE * (abs(TAU - 1) + HALF), tau=(1,)),
    lambda: pair(branch(TAU - C, CE, 2 * CE), tau=(lambda n: n,)),
    lambda: pair(branch(TAU - C, CE, CE), tau=(lambda n: n,)),
    lambda: pair(CE * clamp(TAU, 1, 3), tau=(1, 3)),
    lambda: pair(CE * minimum(Q, HALF), q=(HALF,)),
    lambda: pair((1 - maximum(P[Y], Q) ** HALF) / HALF, q=(lambda n: Fraction(1, n),)),
    lambda: pair(CE * abs(TAU - Parameter("s", above=0)) + CE),
)


def trial(rng: random.Random, index: int) -> Pair:
    """One of the listed pairs, then those that are drawn."""
    return drawn(rng, index, LISTED, _drawn)


def _drawn(rng: random.Random) -> Pair:
    a, t = free("a", rng), number(rng, 1, 9)
    base, other = rng.choice(SMOOTH), rng.choice(SMOOTH)
    second = rng.choice((None, None, None, free("b", rng)))
    place: Term
    place, values = rng.choice((
        (t, (t,)), (t * C, (lambda n: t * n,)), (1 / C, (lambda n: Fraction(1, n),)), (C - t, (lambda n: n - t,)),
        (t / C, (lambda n: t / n,)), (1 - 1 / C, (lambda n: 1 - Fraction(1, n),)), (log(C), ()),
    ))  # fmt: skip
    if second is not None:
        place = rng.choice((second, t * second, second + 1))
    switch = rng.choice((a - place, place - a, a**2 - t, t * a - place))
    bend = rng.choice((relu(switch), abs(switch), maximum(a, place), minimum(a, place), clamp(a, t, 2 * t)))
    loss = rng.choice((
        lambda: base + bend * other,
        lambda: (bend + number(rng, 1, 3)) * base,
        lambda: (bend - number(rng, 1, 3)) * base,
        lambda: branch(switch, base, other),
        lambda: branch(switch, base, (1 + a**2) * base),
        lambda: branch(switch, base, base) * (1 + a**2),
        lambda: 2 * CE + maximum(P[Y], a) if second is None else 2 * CE + relu(CE - a),
    ))()  # fmt: skip
    return pair(loss, classes=some_classes(rng), a=values)
