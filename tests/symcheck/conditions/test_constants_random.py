"""Constants of formulas that are drawn at random, held against derivatives at points: no bound may be too small."""

from __future__ import annotations

import random

import pytest

from symcheck.conditions.constants.loss_constants import loss_constants
from symcheck.intake.parser import parsed
from symcheck.reason import Undecided
from tests.symcheck.conditions.constants_at_points import derivatives_along, length, points

GAP = "(logsumexp(z, but=y) - z[y])"
LEAVES = (
    "softmax(z)[y]", "log_softmax(z)[y]", GAP, "(1 - softmax(z)[y])", "(logsumexp(z) - z[y])", "softmax(2*z)[y]",
    "softmax(z/3)[y]", "softmax(z - onehot(y))[y]", "total(softmax(z), but=y)", "exp(z[y])/total(exp(z))",
    "mean(log_softmax(z))", "mean(z)", "z[y]", "C",
)  # fmt: skip
NUMBERS = ("1", "2", "1/2", "7/10", "5", "1/10", "(-1)", "(-2)", "1/100")
FUNCTIONS = (
    "softplus({0})", "sigmoid({0})", "tanh({0})", "exp({0})", "({0})**2", "log(1 + ({0})**2)", "arctan({0})",
    "sin({0})", "log(1 + exp({0}))", "relu({0} - {1})", "abs({0} - {1})", "maximum({0}, {1})", "minimum({0}, {1})",
    "branch({0} - {1}, {0}, {1})", "2*relu({0}) - relu({0} - 1/10**12)",
)  # fmt: skip
"""The last one rises by 2 at a kink and falls by 1 next to it."""


def drawn(draw: random.Random, depth: int) -> str:
    if not depth:
        return draw.choice(LEAVES)
    one = drawn(draw, depth - 1)
    kind = draw.random()
    if kind < 0.4:
        return f"({one} {draw.choice('+-*')} {drawn(draw, depth - 1)})"
    if kind < 0.5:
        return f"({draw.choice(NUMBERS)}*{one})"
    return draw.choice(FUNCTIONS).format(one, draw.choice(NUMBERS))


def require_bounds_of(seed: int, count: int, looks: int) -> int:
    """How many of ``count`` formulas have constants; each is looked at from ``looks`` points."""
    draw, known = random.Random(seed), 0
    for _ in range(count):
        text, classes = drawn(draw, draw.choice((1, 2, 2, 3))), draw.choice((2, 3, 5))
        formula = parsed(text)
        try:
            found = loss_constants(formula, classes=classes, parameters={})
        except Undecided:
            continue
        if found.kind == "none":
            continue
        known += 1
        for z, v in points(classes, draw, looks):
            at = derivatives_along(formula, z, v, {})
            if at is None or length(z) > found.reach:
                continue
            size = length(v)
            slack = 1e-9 * (1 + abs(at[0]))
            assert at[0] >= -(found.mu + slack) * size**2, (text, classes, z, v)
            if found.third is not None:
                assert abs(at[1]) <= (found.third + 1e-9 * (1 + abs(at[1]))) * size**3, (text, classes, z, v)
    return known


def test_no_constant_of_a_few_formulas_is_too_small() -> None:
    assert require_bounds_of(seed=1, count=12, looks=5) >= 3


@pytest.mark.slow
def test_no_constant_of_many_formulas_is_too_small() -> None:
    assert require_bounds_of(seed=2, count=400, looks=10) >= 150


@pytest.mark.parametrize("apart", ["1/10**6", "1/10**11", "1/10**12", "1/10**40"])
def test_a_fall_of_the_slope_next_to_a_rise_is_not_missed(apart: str) -> None:
    """The slope rises by 2 at g = 1 and falls by 1 at g = 1 + ``apart``: no square makes that convex."""
    formula = parsed(f"2*relu({GAP} - 1) - relu({GAP} - 1 - {apart}) + logsumexp(z) - z[y]")
    assert loss_constants(formula, classes=3, parameters={}).kind == "none"
