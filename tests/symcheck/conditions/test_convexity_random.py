"""Random formulas: what is proved to be convex is not refuted by points, and normal forms keep values.

The formulas use every operator of the rules, weights of both signs, a definite matrix and parameters whose names are
those of the variables that the rules use themselves.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

import symcheck as sc
from symcheck.budget import Budget
from symcheck.conditions.convexity.finding import proof_of
from symcheck.conditions.convexity.normal_form import normal_form
from symcheck.conditions.convexity.refutation import midpoint_witness
from symcheck.intake.callables import recorded
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.readings.explicit.explicit import value_at
from symcheck.reason import Undecided
from tests.symcheck.conditions.combination_values import field_of, places

FORMULAS = 150
"""So many formulas; about 8000 others were looked at once in the same way."""

LONGEST = 40

NEAR = 1e-7
"""Some hundred operations in float64, with exponentials of numbers up to 30 and differences of them."""

a, b = sc.Parameter("a", above=0), sc.Parameter("b", at_least=-1)
r, t = sc.Parameter("r", at_least=0, at_most=1), sc.Parameter("t")
w = ClassParameter("w", at_least=-1, at_most=1)
pi = ClassParameter("pi", above=0, total=1)
Q, S = MatrixParameter("Q", positive_definite=True), MatrixParameter("S", at_least=0, rows_sum=1)

ENTRYWISE: list[Callable[[Any], Any]] = [
    sc.exp,
    sc.abs,
    sc.relu,
    sc.softplus,
    sc.log_sigmoid,
    sc.sigmoid,
    sc.cosh,
    sc.tanh,
]
POWERS = (2, 3, Fraction(1, 2), -1, r)


class Writer:
    """Random terms of z and y."""

    def __init__(self, z: Any, y: Any, seed: int) -> None:
        self.z, self.y, self.draw = z, y, random.Random(seed)

    def number(self) -> Any:
        return self.draw.choice([1, 2, -1, Fraction(1, 2), 3, -2, a, b, r, t, self.z.C, Fraction(-1, 3)])

    def vector(self, depth: int) -> Any:
        z, draw = self.z, self.draw
        if depth <= 0:
            return draw.choice([z, z, z, -z, sc.onehot(self.y), w, pi, z - z[self.y], z - sc.mean(z)])
        v = self.vector(depth - 1)
        made: list[Callable[[], Any]] = [
            lambda: v + self.vector(depth - 1),
            lambda: v + self.scalar(depth - 1),
            lambda: v * (self.number() if draw.random() < 0.5 else self.vector(depth - 1)),
            lambda: draw.choice([sc.softmax, sc.log_softmax])(v),
            lambda: draw.choice(ENTRYWISE)(v),
            lambda: v ** draw.choice([2, 3, 4, Fraction(3, 2), a, -1]),
            lambda: draw.choice([sc.maximum, sc.minimum])(v, draw.choice([self.vector(depth - 1), 1, a])),
            lambda: -v,
            lambda: self.number() * v,
            lambda: draw.choice([Q, S, S.T]) @ v,
            lambda: sc.abs(v) ** draw.choice([2, Fraction(3, 2), Fraction(1, 2)]),
            lambda: v / draw.choice([2, a, 1 + sc.exp(z)]),
        ]
        return draw.choice(made)()

    def scalar(self, depth: int) -> Any:
        z, y, draw = self.z, self.y, self.draw
        if depth <= 0:
            ce = sc.logsumexp(z) - z[y]
            return draw.choice([z[y], sc.mean(z), sc.logsumexp(z), ce, ce, sc.softmax(z)[y], sc.amax(z), w[y]])
        s, v = self.scalar(depth - 1), self.vector(depth - 1)
        made: list[Callable[[], Any]] = [
            lambda: s + self.scalar(depth - 1),
            lambda: draw.choice([sc.total, sc.mean, sc.logsumexp, sc.amax, sc.amin])(v),
            lambda: draw.choice([sc.total, sc.mean, sc.logsumexp, sc.amax])(v, but=y),
            lambda: v[y],
            lambda: draw.choice(ENTRYWISE)(s),
            lambda: s ** draw.choice(POWERS),
            lambda: self.number() * s,
            lambda: s * self.scalar(depth - 1),
            lambda: draw.choice([sc.maximum, sc.minimum])(s, draw.choice([self.scalar(depth - 1), 1, a])),
            lambda: sc.sqrt(sc.total(v**2) + 1),
            lambda: sc.log(1 + sc.abs(s)),
        ]
        return draw.choice(made)()


@cache
def formulas() -> tuple[tuple[Formula, Scope], ...]:
    found: list[tuple[Formula, Scope]] = []
    seed = 0
    while len(found) < FORMULAS:
        seed += 1
        formula = recorded(lambda z, y, s=seed: Writer(z, y, s).scalar(1 + s % 4), kind="loss")
        if len(formula.nodes) > LONGEST:
            continue
        classes = (Classes(), Classes(2, 2), Classes(3))[seed % 3]
        free = tuple(x for x in formula.arrays if x.is_free)
        found.append((formula, Scope(classes, formula.parameters, free)))
    return tuple(found)


@cache
def is_proved(k: int) -> bool:
    formula, scope = formulas()[k]
    try:
        return proof_of(formula, scope, Budget(5)) is not None
    except Undecided:
        return False


@pytest.mark.parametrize("k", range(FORMULAS))
def test_what_is_proved_is_not_refuted(k: int) -> None:
    if not is_proved(k):
        return
    formula, scope = formulas()[k]
    assert midpoint_witness(formula, scope, Budget(20), most=300) is None, f"{formula} in {scope}"


@pytest.mark.parametrize("k", range(FORMULAS))
def test_the_normal_form_has_the_value_of_the_formula(k: int) -> None:
    formula, scope = formulas()[k]
    try:
        form = normal_form(formula.with_powers_of_abs(), field_of(formula, scope.classes))
    except Undecided:
        return
    for classes in (c for c in (2, 3, 4) if c in scope.classes):
        for place, given in places(formula, classes):
            try:
                wanted = float(value_at(given, place.z, {}, y=place.y + 1).mid())
                here = replace(place, labelled=True) if scope.classes.fixed == 2 else place
                found = here.value(form.of)
            except (Undecided, OverflowError):
                continue
            assert found == pytest.approx(wanted, rel=NEAR, abs=NEAR), f"{formula}, {form.of.text()}"


def test_enough_of_them_are_proved_and_enough_are_not() -> None:
    proved = sum(map(is_proved, range(FORMULAS)))
    assert FORMULAS // 5 < proved < 4 * FORMULAS // 5
