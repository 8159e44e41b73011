"""Formulas that branch on C: relu, maximum, minimum, clamp, branch and abs of what depends on C, PHuber and clamps."""

from __future__ import annotations

import random
from fractions import Fraction

from benchmarks.soundness.kinds._material import CE, MAE, SMOOTH, C, P, Term, Y, drawn, number, pair, some_classes
from benchmarks.soundness.pair import Pair
from symcheck.language.functions import abs, branch, clamp, log, maximum, minimum, relu


def phuber(tau: Term) -> Term:
    """Cross-entropy where tau p_y > 1, its tangent elsewhere."""
    return branch(tau * P[Y] - 1, -log(P[Y]), 1 + log(tau) - tau * P[Y])


LISTED = (
    lambda: pair(phuber(Fraction(21, 2)), at=(10, 11)),
    lambda: pair(2 * CE + relu(CE - 1), at=(2, 3)),
    lambda: pair(branch(Fraction(149) - C, CE, 0 * CE), at=(148, 149, 150)),
    lambda: pair((1 - clamp(P[Y], Fraction(1, 10**7), 1) ** Fraction(7, 10)) / Fraction(7, 10), at=(10**7,)),
    lambda: pair(relu(C - 5) * MAE + CE, at=(5,)),
    lambda: pair(branch(CE - 5, 0 * CE, CE), at=(148, 149)),
    lambda: pair(phuber(Fraction(10)), at=(10,)),
    lambda: pair(maximum(C, 4) * CE / 4, at=(4,)),
    lambda: pair(minimum(C, 7) * CE / 7, at=(7,), classes=(2, 12)),
    lambda: pair(abs(C - 4) * CE + CE, at=(4,)),
)


def trial(rng: random.Random, index: int) -> Pair:
    """One of the listed pairs, then those that are drawn."""
    return drawn(rng, index, LISTED, _drawn)


def _drawn(rng: random.Random) -> Pair:
    base, other = rng.choice(SMOOTH), rng.choice(SMOOTH)
    end = rng.choice((2, 3, 4, 5, 7, 10, 11, 50, 148, 1000))
    threshold = Fraction(end) + rng.choice((0, 0, Fraction(1, 2), Fraction(-1, 3)))
    a = number(rng, 1, 6)
    switch = rng.choice((C - threshold, threshold - C, log(C) - log(threshold), 1 / C - 1 / threshold))
    bend = rng.choice((relu(switch), abs(switch), maximum(C, threshold), minimum(C, threshold)))
    loss = rng.choice((
        lambda: a * base + relu(CE - log(threshold)),
        lambda: a * base + bend * other,
        lambda: branch(switch, base, a * other),
        lambda: (a + bend) * base,
        lambda: phuber(threshold),
        lambda: a * base + minimum(base, log(threshold)),
        lambda: a * base + maximum(P[Y], 1 / threshold) * rng.choice((1, -1)),
        lambda: a * CE + clamp(CE, log(threshold), log(threshold + 2)),
        lambda: branch(switch, base, base) + a * other,
    ))()  # fmt: skip
    return pair(loss, classes=some_classes(rng), at=(end, end + 1))
