"""Ties: amax, amin and onehot_argmax at z = 0, where all entries are equal."""

from __future__ import annotations

import random

from benchmarks.soundness.kinds._material import (
    CE,
    HALF,
    L2,
    SMOOTH,
    C,
    P,
    Term,
    Y,
    Z,
    drawn,
    number,
    pair,
    some_classes,
)
from benchmarks.soundness.pair import Pair
from symcheck.language.functions import amax, amin, exp, log, logsumexp, maximum, mean, onehot, relu, softmax, total

LISTED = (
    lambda: pair(amax(Z) - Z[Y]),
    lambda: pair(CE + (C - 3) * amax(Z), at=(3,)),
    lambda: pair(amax(Z, but=Y) - Z[Y]),
    lambda: pair(relu(1 + amax(Z, but=Y) - Z[Y]), classes=2),
    lambda: pair(relu(1 + amax(Z, but=Y) - Z[Y]), classes=(2, 3)),
    lambda: pair(CE + amax(Z) ** 2),
    lambda: pair(CE + amax(Z) ** 3),
    lambda: pair(CE + amax(Z) + amin(-Z)),
    lambda: pair(CE, L2 + amax(Z) ** 2),
    lambda: pair(amax(Z + onehot(Y)) - Z[Y]),
    lambda: pair(logsumexp(Z - amax(Z)) + amax(Z) - Z[Y]),
    lambda: pair(-log(exp(Z[Y] - amax(Z)) / total(exp(Z - amax(Z))))),
    lambda: pair(CE, total((Z - amax(Z)) ** 2)),
)


def trial(rng: random.Random, index: int) -> Pair:
    """One of the listed pairs, then those that are drawn."""
    return drawn(rng, index, LISTED, _drawn)


def _drawn(rng: random.Random) -> Pair:
    base, c, t = rng.choice(SMOOTH), rng.choice((2, 3, 4)), number(rng)
    top: Term = rng.choice((amax(Z), amin(Z), amax(Z, but=Y), amin(Z, but=Y), amax(P), amax(Z**2), amax(P, but=Y)))
    loss = rng.choice((
        lambda: base + t * top,
        lambda: base + (C - c) * top,
        lambda: base + top * (Z[Y] - mean(Z)),
        lambda: base + top ** rng.choice((2, 3)),
        lambda: relu(abs(t) + top - Z[Y]),
        lambda: base + maximum(top, t),
        lambda: logsumexp(Z - amax(Z)) - (Z[Y] - amax(Z)) * abs(t),
        lambda: -log(softmax(Z - amax(Z))[Y] + HALF),
        lambda: base + amax(Z + t * onehot(Y)),
        lambda: base + amax(Z) + amin(-Z) * t,
    ))()  # fmt: skip
    return pair(loss, classes=some_classes(rng), at=(c,))
