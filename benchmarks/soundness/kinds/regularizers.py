"""Regularizers that branch, that live on the quotient at some C only, or whose Hessian changes with C."""

from __future__ import annotations

import random
from fractions import Fraction

from benchmarks.soundness.kinds._material import (
    CE,
    ENTROPY,
    L2,
    MUH,
    ONE_VS_REST,
    POSITIVE,
    SMOOTH,
    VARIANCE,
    C,
    P,
    Term,
    Z,
    drawn,
    free,
    number,
    pair,
    some_classes,
)  # fmt: skip
from benchmarks.soundness.pair import Pair
from symcheck.language.functions import (
    abs,
    amax,
    branch,
    cosh,
    exp,
    first,
    log,
    logsumexp,
    maximum,
    mean,
    minimum,
    pair_total,
    relu,
    second,
    total,
)  # fmt: skip
from symcheck.language.parameter import Parameter

W = Parameter("w", at_least=0)

LISTED = (
    lambda: pair(CE, (C - 2) * L2 + VARIANCE, at=(2,)),
    lambda: pair(CE, maximum(C, 2) * L2),
    lambda: pair(CE, maximum(C, 4) * L2, at=(4,)),
    lambda: pair(CE, branch(C - 5, L2, 2 * L2), at=(5,)),
    lambda: pair(CE, branch(C - 5, L2, VARIANCE), at=(5,)),
    lambda: pair(ONE_VS_REST, (C - 3) * L2 + VARIANCE, at=(3,)),
    lambda: pair(CE, W * L2 + VARIANCE, w=(0,)),
    lambda: pair(CE, relu(C - 4) * L2, at=(4,)),
    lambda: pair(CE, relu(W - 1) * L2 + L2, w=(1,)),
    lambda: pair(CE, (C - 2) * mean(Z) ** 2 + VARIANCE, at=(2,)),
    lambda: pair(CE, (C - 3) ** 2 * mean(Z) ** 2 + ENTROPY, at=(3,)),
    lambda: pair(CE, minimum(W, 1) * L2, w=(0, 1)),
    lambda: pair(CE, abs(C - 4) * L2, at=(4,)),
    lambda: pair(CE, L2 + (C - 3) * mean(Z), at=(3,)),
    lambda: pair(CE, VARIANCE + branch(C - 4, mean(Z) ** 2, 0), at=(4, 5)),
    lambda: pair(CE, L2 - VARIANCE * Fraction(1, 2)),
    lambda: pair(CE, pair_total((first(Z) - second(Z)) ** 2)),
)


def trial(rng: random.Random, index: int) -> Pair:
    """One of the listed pairs, then those that are drawn."""
    return drawn(rng, index, LISTED, _drawn)


def _drawn(rng: random.Random) -> Pair:
    c, w = rng.choice((2, 3, 4, 5, 8)), free("w", rng)
    t = number(rng, 1, 4)
    factor: Term = rng.choice((
        C - c, (C - c) ** 2, relu(C - c), abs(C - c), maximum(C, c), minimum(C, c), w, w - 1, relu(w - t), abs(w - t),
        maximum(w, t), t, -t, 1 / C, log(C) - log(c), branch(C - c, 1, 0), branch(w - t, 1, 2), (C - c) * w,
    ))  # fmt: skip
    ones: Term = rng.choice((mean(Z) ** 2, total(Z) ** 2, logsumexp(Z) ** 2, exp(mean(Z)) - mean(Z)))
    parts: tuple[Term, ...] = (
        L2, VARIANCE, ENTROPY, ones, total(Z**4), total(cosh(Z)), mean(Z), total(P**2), amax(Z) ** 2,
        pair_total((first(Z) - second(Z)) ** 2), log(total(exp(Z))) - mean(Z),
    )  # fmt: skip
    g = rng.choice((
        lambda: factor * rng.choice(parts) + rng.choice(parts),
        lambda: factor * rng.choice(POSITIVE),
        lambda: rng.choice(POSITIVE) + factor * rng.choice(parts),
        lambda: branch(rng.choice((C - c, w - t)), rng.choice(parts), rng.choice(parts)),
        lambda: VARIANCE + factor * ones,
        lambda: (1 + factor**2) * rng.choice(parts),
    ))()  # fmt: skip
    loss = rng.choice((CE, CE, CE, MUH, *SMOOTH))
    return pair(loss, g, classes=some_classes(rng), at=(c, c + 1), w=(t, 0, 1))
