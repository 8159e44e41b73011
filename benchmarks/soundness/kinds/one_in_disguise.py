"""Constants that are a simple number and do not look so: nested radicals, logarithms, exponentials of logarithms."""

from __future__ import annotations

import random
from fractions import Fraction
from math import isqrt

from benchmarks.soundness.kinds._material import CE, HALF, SMOOTH, C, P, Term, Y, drawn, number, pair, some_classes
from benchmarks.soundness.pair import Pair
from symcheck.language.functions import abs, arccos, exp, log, sigmoid, softplus, sqrt, tanh
from symcheck.language.term import lift

LISTED = (
    lambda: pair((sqrt(3 + 2 * sqrt(lift(2))) - sqrt(lift(2))) * CE),
    lambda: pair((sqrt(lift(2) + sqrt(lift(3))) * sqrt(lift(2)) - sqrt(lift(3))) * CE),
    lambda: pair(log(lift(8)) / log(lift(2)) / 3 * CE),
    lambda: pair((log(lift(6)) - log(lift(2))) / log(lift(3)) * CE),
    lambda: pair(exp(log(lift(3)) / 2) / sqrt(lift(3)) * CE),
    lambda: pair(log(C**2) / log(C) / 2 * CE),
    lambda: pair(log(1 + exp(-P[Y])), classes=64),
    lambda: pair(log(1 + exp(-P[Y]))),
    lambda: pair((sqrt(C**2 + 2 * C + 1) - C) * CE),
    lambda: pair((sqrt(lift(5) + 2 * sqrt(lift(6))) - sqrt(lift(2)) - sqrt(lift(3)) + 1) * CE),
    lambda: pair((sqrt(lift(7) - 4 * sqrt(lift(3))) + sqrt(lift(3)) - 1) * CE),
    lambda: pair(4 * (lift(2) ** Fraction(1, 3)) ** 3 / 8 * CE),
    lambda: pair(arccos(lift(-1)) / arccos(lift(0)) / 2 * CE),
    lambda: pair((softplus(lift(2)) - softplus(lift(-2)) - 1) * CE),
    lambda: pair((sigmoid(lift(3)) + sigmoid(lift(-3))) * CE),
    lambda: pair((2 * sigmoid(lift(2)) - tanh(lift(1))) * CE),
    lambda: pair(log(1 + exp(-P[Y])), classes=10**6),
    lambda: pair(softplus(-2 * P[Y]), classes=12),
)


def trial(rng: random.Random, index: int) -> Pair:
    """One of the listed pairs, then those that are drawn."""
    return drawn(rng, index, LISTED, _drawn)


def _drawn(rng: random.Random) -> Pair:
    zero: Term = rng.choice((_radical, _logarithm, _exponential, _in_c))(rng)
    kappa = rng.choice(
        (1 + zero, 1 + zero, 2 + zero, 1 + zero * number(rng), zero, 1 - 1 / C + zero, 1 + zero + _tiny(rng))
    )
    base = rng.choice(SMOOTH)
    nested = rng.choice((None, None, log(1 + exp(-number(rng, 1, 4) * P[Y])), log(2 + exp(P[Y])), exp(-exp(P[Y]))))
    loss = kappa * base if nested is None else nested
    return pair(loss, classes=rng.choice((some_classes(rng), rng.randint(2, 200))))


def _radical(rng: random.Random) -> Term:
    """sqrt(a + b + 2 sqrt(ab)) - sqrt(a) - sqrt(b) and the like."""
    a, b = rng.sample((2, 3, 5, 6, 7, 8, 10, 12), 2)
    if rng.random() < 0.5:
        return sqrt(a + b + 2 * sqrt(lift(a * b))) - sqrt(lift(a)) - sqrt(lift(b))
    a, b = max(a, b), min(a, b)
    found = sqrt(a + b - 2 * sqrt(lift(a * b))) - sqrt(lift(a)) + sqrt(lift(b))
    return found if isqrt(a) ** 2 != a else found * HALF


def _logarithm(rng: random.Random) -> Term:
    a, b = rng.randint(2, 9), rng.randint(2, 9)
    return rng.choice((
        log(lift(a * b)) - log(lift(a)) - log(lift(b)), log(lift(a**3)) / log(lift(a)) - 3,
        log(sqrt(lift(a))) - log(lift(a)) / 2, log(Fraction(a, b) + 0 * C) - log(lift(a)) + log(lift(b)),
    ))  # fmt: skip


def _exponential(rng: random.Random) -> Term:
    a, t = rng.randint(2, 9), number(rng, 1, 4)
    return rng.choice((
        exp(log(lift(a))) - a, exp(lift(2 * t)) / exp(lift(t)) - exp(lift(t)), exp(t * log(lift(a))) - lift(a) ** t,
        log(1 + exp(lift(t))) - log(1 + exp(lift(-t))) - t,
        log(exp(lift(1)) + exp(lift(t + 1))) - 1 - softplus(lift(t)),
        tanh(lift(t)) - 2 * sigmoid(lift(2 * t)) + 1, abs(exp(lift(t)) - 3) - sqrt((exp(lift(t)) - 3) ** 2),
    ))  # fmt: skip


def _in_c(rng: random.Random) -> Term:
    k = rng.randint(1, 5)
    return rng.choice((
        sqrt(C**2 + 2 * k * C + k * k) - C - k, log(k * C) - log(C) - log(lift(k)), exp(log(C)) - C,
        log(C**k) - k * log(C), exp(k * log(C) / 2) - C ** Fraction(k, 2), abs(C - 1) - C + 1,
    ))  # fmt: skip


def _tiny(rng: random.Random) -> Fraction:
    return Fraction(rng.choice((0, 0, 1, -1)), 10 ** rng.choice((9, 18, 30)))
