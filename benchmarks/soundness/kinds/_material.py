"""What formulas are made of: the symbols, a few losses and regularizers, numbers."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from benchmarks.soundness.judge.points import Marks, Place
from benchmarks.soundness.pair import Pair
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import exp, log, log_softmax, logsumexp, mean, sigmoid, softmax, softplus, total
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes
from symcheck.language.term import lift

Term = Any
"""A term of the language; arithmetic with it and the functions of the vocabulary give terms."""

Z, Y = symbols()
C: Term = Z.C
P: Term = softmax(Z)
CE: Term = logsumexp(Z) - Z[Y]
MAE: Term = 1 - P[Y]
MUH: Term = mean(Z) - Z[Y]
SQUARE: Term = (1 - Z[Y]) ** 2 / 2 + total(Z**2, but=Y) / 2
ONE_VS_REST: Term = total(softplus(Z)) - Z[Y]
L2: Term = total(Z**2) / 2
ENTROPY: Term = total(P * log_softmax(Z))
VARIANCE: Term = total((Z - mean(Z)) ** 2) / 2
HALF = Fraction(1, 2)

SMOOTH: Sequence[Term] = (
    CE, MAE, MUH, 2 * (1 - P[Y] ** HALF), (1 - P[Y]) ** 2 * CE, CE + MAE, total(sigmoid(Z)) - 2 * sigmoid(Z[Y]),
    log(1 + exp(CE)), SQUARE, ONE_VS_REST, exp(-Z[Y]), -log(P[Y] + Fraction(1, 10)),
)  # fmt: skip
"""Losses that are smooth at 0 for every C."""

POSITIVE: Sequence[Term] = (L2, 3 * L2, L2 + VARIANCE, total(exp(Z) - Z - 1), L2 + mean(Z) ** 2)
"""Regularizers that are positive definite on R^C for every C."""


def pair(
    loss: Term,
    regularizer: Term = L2,
    *,
    classes: int | tuple[int, int] | None = None,
    at: Sequence[int] = (),
    **values: Sequence[Place],
) -> Pair:
    """The pair of these terms, with marks at the numbers of classes ``at`` and at the ``values`` of parameters."""
    marks = Marks(tuple(at), {name: tuple(places) for name, places in values.items()})
    return Pair(Formula.of(lift(loss)), Formula.of(lift(regularizer)), Classes.of(classes), marks)


def drawn(
    rng: random.Random, index: int, listed: Sequence[Callable[[], Pair]], draw: Callable[[random.Random], Pair]
) -> Pair:
    """The listed pair with this number; after them those that are drawn."""
    return listed[index]() if index < len(listed) else draw(rng)


def number(rng: random.Random, low: int = -6, high: int = 6, below: Sequence[int] = (1, 1, 2, 3, 4, 10)) -> Fraction:
    """A small fraction that is not 0."""
    while True:
        x = Fraction(rng.randint(low, high), rng.choice(below))
        if x:
            return x


def some_classes(rng: random.Random) -> int | tuple[int, int] | None:
    """Mostly every C, sometimes a run of them, or one."""
    kind = rng.random()
    if kind < 0.65:
        return None
    low = rng.choice((2, 2, 2, 3, 5, 10))
    return low if kind < 0.8 else (low, low + rng.choice((1, 1, 2, 5, 20, 998)))


def free(name: str, rng: random.Random) -> Parameter:
    """A free parameter in one of several intervals."""
    ends: Sequence[Mapping[str, Any]] = (
        {"above": 0}, {"above": 0, "at_most": 1}, {"above": 1}, {"at_least": 0}, {}, {"above": 0, "below": 1},
        {"at_least": 1, "at_most": 10}, {"above": -1, "at_most": 3},
    )  # fmt: skip
    return Parameter(name, **rng.choice(ends))
