"""Gradients and Hessians at 0 of formulas with class-vectors and matrices, against differences of definitions.

The definitions are those of tests/definitions.py, differentiated to 50 digits by differences in mpmath, which
shares nothing with the readings.  Entries of the catalogue at their default entries, and random given ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from symcheck.budget import Budget
from symcheck.entry import Entry
from symcheck.field.element import Element
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.language.array import Array
from symcheck.language.recording import Kind
from symcheck.language.scope import Classes, Scope
from symcheck.readings.labelled import labelled_expansion
from tests.definitions import TABLES, written
from tests.proofs.test_differences import DIGITS, TOLERANCE, gradient, hessian

CLASSWISE: list[tuple[Kind, str]] = [
    *(("loss", n) for n in names("loss") if loss_named(n).recorded.is_classwise),
    *(("regularizer", n) for n in names("regularizer") if regularizer_named(n).recorded.is_classwise),
]


def named(kind: Kind, name: str) -> Entry:
    return loss_named(name) if kind == "loss" else regularizer_named(name)


def agrees(constant: Element, number: Any) -> bool:
    ball = constant.ball({"C": constant.field.scope.classes.low}, 220)
    return bool(abs(mpf(ball.str(DIGITS, radius=False)) - number) < TOLERANCE)


def check(kind: Kind, name: str, classes: int, arrays: Mapping[str, Array], values: Mapping[str, Fraction]) -> None:
    """Every label's gradient and Hessian, entry by entry."""
    of = named(kind, name)
    formula = of.recorded.with_arrays(arrays).with_values(values)
    found = labelled_expansion(formula, Scope(Classes(classes, classes)), Budget())
    own = {n: a for n, a in arrays.items() if n in of.arrays}
    with mpmath.workdps(DIGITS):
        numbers = {n: mpf(v.numerator) / v.denominator for n, v in values.items()}
        for y in range(len(found.gradients)):
            label = (y,) if kind == "loss" else ()

            def f(z: Sequence[Any], label: tuple[int, ...] = label) -> Any:
                return TABLES[kind][name](z, *label, **numbers, **written(own))

            for k in range(classes):
                assert agrees(found.gradients[y][k], gradient(f, classes, k)), (y, k)
                for j in range(k, classes):
                    assert agrees(found.hessians[y][k][j], hessian(f, classes, k, j)), (y, k, j)


def defaults(of: Entry) -> dict[str, Fraction]:
    return {p.name: p.default for p in of.declared.values() if p.default is not None}


@pytest.mark.parametrize("classes", [2, 3, 4])
@pytest.mark.parametrize(("kind", "name"), CLASSWISE, ids=[f"{k}:{n}" for k, n in CLASSWISE])
def test_the_catalogue_at_its_default_entries(kind: Kind, name: str, classes: int) -> None:
    of = named(kind, name)
    check(kind, name, classes, {a.name: a.at_default(classes) for a in of.recorded.arrays}, defaults(of))


def test_the_list_is_not_empty() -> None:
    assert {"class_weighted_ce", "logit_adjusted_ce", "forward", "forward_pair_flip"} <= {n for _, n in CLASSWISE}
    assert ("regularizer", "quadratic_form") in CLASSWISE


positive = st.fractions(min_value=Fraction(1, 20), max_value=20, max_denominator=20)
classes_ = st.integers(2, 5)


@st.composite
def vectors(draw: st.DrawFn, *, total: int | None = None) -> tuple[int, list[Fraction]]:
    n = draw(classes_)
    row = draw(st.lists(positive, min_size=n, max_size=n))
    return n, [x / sum(row) * total for x in row] if total else row


@st.composite
def stochastic(draw: st.DrawFn) -> tuple[int, list[list[Fraction]]]:
    n = draw(classes_)
    rows = [draw(st.lists(positive, min_size=n, max_size=n)) for _ in range(n)]
    return n, [[x / sum(row) for x in row] for row in rows]


@st.composite
def definite(draw: st.DrawFn) -> tuple[int, list[list[Fraction]]]:
    """B'B + I."""
    n = draw(classes_)
    small = st.fractions(min_value=-3, max_value=3, max_denominator=5)
    b = [draw(st.lists(small, min_size=n, max_size=n)) for _ in range(n)]
    return n, [[sum((row[i] * row[j] for row in b), Fraction(int(i == j))) for j in range(n)] for i in range(n)]


def random_entries(kind: Kind, name: str, classes: int, entries: Any) -> None:
    of = named(kind, name)
    (array,) = of.recorded.arrays
    check(kind, name, classes, {array.name: array.given(entries)}, defaults(of))


@settings(max_examples=8, deadline=None)
@given(vectors())
@pytest.mark.parametrize("name", ["class_weighted_ce", "alpha_balanced_focal", "ldam"])
def test_random_weights(name: str, drawn: tuple[int, list[Fraction]]) -> None:
    random_entries("loss", name, *drawn)


@settings(max_examples=8, deadline=None)
@given(vectors(total=1))
@pytest.mark.parametrize("name", ["logit_adjusted_ce", "peer", "mixup_prior", "elr"])
def test_random_priors(name: str, drawn: tuple[int, list[Fraction]]) -> None:
    random_entries("loss", name, *drawn)


@settings(max_examples=10, deadline=None)
@given(stochastic())
def test_random_transitions(drawn: tuple[int, list[list[Fraction]]]) -> None:
    random_entries("loss", "forward", *drawn)


@settings(max_examples=10, deadline=None)
@given(definite())
def test_random_quadratic_forms(drawn: tuple[int, list[list[Fraction]]]) -> None:
    random_entries("regularizer", "quadratic_form", *drawn)


def test_another_entry_is_told_apart() -> None:
    of = loss_named("class_weighted_ce")
    wrong, right = (of.recorded.arrays[0].given((1, 2 + x)) for x in (Fraction(1, 10**20), 0))
    formula = of.recorded.with_arrays({"w": wrong})
    found = labelled_expansion(formula, Scope(Classes(2, 2)), Budget())
    with mpmath.workdps(DIGITS):
        number = gradient(lambda z: TABLES["loss"]["class_weighted_ce"](z, 1, **written({"w": right})), 2, 0)
        assert agrees(found.gradients[0][1], mpf(1) / 2)
        assert not agrees(found.gradients[1][0], number)
