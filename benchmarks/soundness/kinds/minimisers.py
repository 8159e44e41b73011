"""Pairs that meet every condition at 0, with losses that fall and penalties that stay bounded far away, or do not."""

from __future__ import annotations

import random
from fractions import Fraction

from benchmarks.soundness.far import Far
from benchmarks.soundness.kinds._material import (
    CE,
    ENTROPY,
    MAE,
    MUH,
    SQUARE,
    VARIANCE,
    C,
    P,
    Term,
    Y,
    Z,
    number,
    some_classes,
)
from symcheck.findings.condition import Condition
from symcheck.language.formula import Formula
from symcheck.language.functions import (
    abs,
    cosh,
    exp,
    log,
    log_softmax,
    logsumexp,
    mean,
    onehot,
    softplus,
    sqrt,
    tanh,
    total,
)
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes
from symcheck.language.term import lift

SQUARES: Term = total(Z**2)
A = Parameter("a", above=0, at_most=2)


def trial(rng: random.Random, index: int) -> Far:
    """The pair with this number."""
    loss, g = _loss(rng), _penalty(rng)
    formulas = Formula.of(lift(loss)), Formula.of(lift(g))
    return Far(*formulas, (Condition.MINIMISERS_HELD,), Classes.of(some_classes(rng)), f"minimisers {index}")


def _loss(rng: random.Random) -> Term:
    base: Term = rng.choice((
        CE, MAE, MUH, MUH, SQUARE, CE + MUH, CE - MUH / 2, 2 * CE - MUH, (1 - A) * CE + A * MUH, CE + A * MUH,
        total(softplus(Z), but=Y) + softplus(-Z[Y]) - (Fraction(1, 2) - 1 / C) * total(Z), CE * (1 - P[Y]) ** 2,
        2 * (1 - P[Y] ** Fraction(1, 2)), log(1 + exp(CE)), tanh(CE), sqrt(1 + CE),
        softplus(2 * MUH - 5) + MUH / 2, logsumexp(Z - 3 * onehot(Y)) - Z[Y], softplus(MUH + 4) - A * MUH / 2,
    ))  # fmt: skip
    turn: Term = rng.choice((
        lift(0), lift(0), lift(0), -total(Z**4) * number(rng, 1), -SQUARES * number(rng, 1), total(cosh(Z)),
        -total(cosh(Z)), -log(1 + SQUARES), number(rng) * total(abs(Z) ** 3), -sqrt(1 + SQUARES), ENTROPY, -VARIANCE,
        logsumexp(Z) ** 2,
    ))  # fmt: skip
    return base + turn


def _penalty(rng: random.Random) -> Term:
    k = abs(number(rng)) if rng.random() < 0.5 else Fraction(1)
    return k * rng.choice((
        SQUARES / 2, ENTROPY, SQUARES / (1 + SQUARES), SQUARES / (1 + SQUARES**2), total(Z**2 / (1 + Z**2)),
        log(1 + SQUARES), total(log(1 + Z**2)), sqrt(1 + SQUARES), total(sqrt(1 + Z**2)), 1 - exp(-SQUARES),
        SQUARES + total(Z**4), total(P**2), total((P - 1 / C) ** 2) + mean(Z) ** 2, VARIANCE, ENTROPY + mean(Z) ** 2,
        total(Z**2 * (Z - 1) ** 2),
        SQUARES - total(Z**4) / 100, SQUARES * exp(-SQUARES), total((P - 1 / C) * log_softmax(Z)), -total(log(P + 1)),
        total(P**3) - total(P**2) / 10, SQUARES / sqrt(1 + SQUARES), total(exp(Z) - Z - 1), total(cosh(Z)),
        (1 + SQUARES) ** Fraction(1, 4), SQUARES / (1 - SQUARES / 10), total(Z**2 / (3 - Z) ** 2),
        -log(1 - VARIANCE / 9), total(softplus(Z - 4) + softplus(-Z - 4)) + SQUARES / 100, SQUARES / (1 + VARIANCE),
        total(abs(Z) ** Fraction(5, 2)) + SQUARES,
    ))  # fmt: skip
