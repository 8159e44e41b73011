"""A kappa whose sign a parameter decides: rational, with logarithms, with exponentials."""

from __future__ import annotations

import random
from fractions import Fraction

from benchmarks.soundness.kinds._material import CE, MAE, SMOOTH, C, P, Term, Y, drawn, free, number, pair, some_classes
from benchmarks.soundness.pair import Pair
from symcheck.language.functions import exp, log, sqrt
from symcheck.language.parameter import Parameter

TAU, B = Parameter("tau", above=0), Parameter("beta", above=0)

LISTED = (
    lambda: pair(CE * (3 * TAU - 1 + log(2)) / (2 * TAU), tau=(Fraction(1, 10), Fraction(1, 5))),
    lambda: pair(CE * B * (3 * TAU - 1 + log(2)) / (2 * TAU), tau=(Fraction(1, 10), Fraction(1, 5))),
    lambda: pair(CE * (TAU - 1) / (TAU + 1), tau=(1,)),
    lambda: pair(CE * (log(TAU) + 1)),
    lambda: pair(CE * (exp(-TAU) - Fraction(1, 3))),
    lambda: pair(CE - TAU * MAE, tau=(lambda n: n,)),
    lambda: pair(CE * (TAU**2 - 3 * TAU + 2), tau=(1, 2)),
    lambda: pair(CE * (TAU - log(C))),
    lambda: pair(CE * (TAU**2 + TAU + 1) / TAU),
    lambda: pair(CE * (exp(TAU) - TAU - 1)),
)


def trial(rng: random.Random, index: int) -> Pair:
    """One of the listed pairs, then those that are drawn."""
    return drawn(rng, index, LISTED, _drawn)


def _drawn(rng: random.Random) -> Pair:
    a, b = free("a", rng), rng.choice((None, None, free("b", rng)))
    s, t, u = (number(rng) for _ in range(3))
    base, other = rng.choice(SMOOTH), rng.choice(SMOOTH)
    x: Term = a if b is None else rng.choice((a * b, a + b, a - b, a / (1 + b**2)))
    factor: Term = rng.choice((
        lambda: s * x + t, lambda: (x - s) * (x - t), lambda: x**2 + s * x + t, lambda: exp(s * x) + t,
        lambda: s * x + t * log(2), lambda: s * x + t * log(C), lambda: s + t / C + x, lambda: (x - s) ** 2,
        lambda: (s * x + t) / (1 + x**2), lambda: log(1 + x**2) - abs(t), lambda: sqrt(1 + x**2) - abs(t),
        lambda: x - s * C, lambda: exp(x) - x - u, lambda: x**3 + s * x + t,
    ))()  # fmt: skip
    loss = rng.choice((factor * base, base + factor * other, base - x * P[Y], base + factor * MAE))
    return pair(loss, classes=some_classes(rng), a=(-t / s, s, t, lambda n: s * n))
