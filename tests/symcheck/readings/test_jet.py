"""The judge against the explicit reading: every derivative up to the fourth, along random directions."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import factorial, prod

import pytest

from symcheck.budget import Budget
from symcheck.field.field import Field
from symcheck.intake.catalogue import loss_named, regularizer_named
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import abs as absolute
from symcheck.language.functions import (
    arccos,
    arctan,
    cos,
    cosh,
    erf,
    exp,
    log,
    log_sigmoid,
    mean,
    onehot,
    relu,
    sigmoid,
    sin,
    softmax,
    softplus,
    sqrt,
    tanh,
    total,
)
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.readings.explicit.explicit import directional
from symcheck.readings.jet import JetReading, expansion_at_zero
from symcheck.readings.pattern import blocks, canonical
from symcheck.readings.stops import Branching, Kink

z, y = symbols()
DIRECTION = (Fraction(2), Fraction(-1), Fraction(3, 2), Fraction(0), Fraction(1, 3))
VALUES = {"q": Fraction(3, 7), "gamma": Fraction(5, 3), "lambda_": Fraction(2, 3), "r": Fraction(1, 4)}

SMOOTH = [
    *((n, loss_named(n).recorded) for n in (
        "brier", "cross_entropy", "focal", "gce", "label_smoothing", "muh", "nce", "one_vs_rest_logistic", "sce",
        "square", "square_centred",
    )),
    *((n, regularizer_named(n).recorded) for n in (
        "entropy", "l2", "label_smoothing_as_printed", "label_smoothing_penalty", "log_cosh", "quartic",
    )),
]  # fmt: skip
"""Formulas that are smooth at 0, with parameters that have a value above."""

# At a point where no derivative of theirs is 0, so that all of them count.
x = z / 5 + softmax(z) - Fraction(1, 7)
SMOOTH += [
    (op.__name__, Formula.of(op(x)[y]))
    for op in (arccos, arctan, cos, cosh, erf, exp, log_sigmoid, sigmoid, sin, softplus, tanh)
]
SMOOTH += [("sqrt", Formula.of(sqrt(1 + total(x**2)))), ("log", Formula.of(log(1 + total(x**2)) * z[y]))]
SMOOTH += [("power", Formula.of((1 + x[y]) ** Fraction(7, 3))), ("quotient", Formula.of(x[y] / (1 + total(x**2))))]


def contracted(formula: Formula, classes: int, order: int, direction: tuple[Fraction, ...]) -> Fraction | object:
    """(1/n!) sum over k_1 ... k_n of the n-th derivative times d_k1 ... d_kn, from the jet for every C."""
    field = Field(Scope(parameters=formula.parameters), Budget())
    jet = JetReading(field, order).read(formula)
    point = {"C": Fraction(classes), **{p.name: VALUES[p.name] for p in formula.parameters}}
    balls = {p: c.ball(point, 200) for p, c in jet.at.items()}
    summed = 0
    for ks in product(range(classes), repeat=order):
        weight = prod((direction[k] for k in ks), start=Fraction(1))
        pattern = canonical(((0,) if jet.label else ()) + ks, jet.fixed)
        if weight and pattern in balls:
            summed = summed + balls[pattern] * weight.numerator / weight.denominator
    return summed / factorial(order)


@pytest.mark.parametrize(("name", "formula"), SMOOTH, ids=[n for n, _ in SMOOTH])
@pytest.mark.parametrize("classes", [3, 4])
def test_derivatives_up_to_the_fourth_are_those_of_the_power_series(name: str, formula: Formula, classes: int) -> None:
    direction = DIRECTION[:classes]
    values = {p.name: VALUES[p.name] for p in formula.parameters}
    series = directional(formula, classes, direction, values, order=5)
    for order in (1, 2, 3, 4):
        assert (contracted(formula, classes, order, direction) - series[order]).contains(0), order


@pytest.mark.parametrize("classes", [2, 3])
def test_no_derivative_is_of_more_classes_than_there_are(classes: int) -> None:
    for name, formula in SMOOTH:
        field = Field(Scope(Classes(classes, classes), formula.parameters), Budget())
        assert max(map(blocks, JetReading(field, 2).read(formula).at), default=0) <= classes, name


def test_the_comparison_can_fail() -> None:
    formula = loss_named("cross_entropy").recorded
    series = directional(formula, 3, DIRECTION[:3], {}, order=5)
    turned = (DIRECTION[1], DIRECTION[0], DIRECTION[2])
    assert not (contracted(formula, 3, 1, turned) - series[1]).contains(0)


def test_two_classes_alone_are_the_general_jet_at_two() -> None:
    formula = loss_named("focal").recorded
    general = expansion_at_zero(formula, field := Field(Scope(parameters=formula.parameters), Budget()))
    two = Field(Scope(Classes(2, 2), formula.parameters), Budget())
    alone = expansion_at_zero(formula, two)
    assert alone.h_kl is None
    for entry in ("value", "g_y", "g_k", "h_yy", "h_yk", "h_kk"):
        assert (field.restricted(getattr(general, entry), two) - getattr(alone, entry)).is_zero


@pytest.mark.parametrize("term", [relu(z[y]), absolute(mean(z)), sqrt(total(z**2)), total(relu(z - z[y]))])
def test_a_kink_is_found_before_anything_is_differentiated(term) -> None:
    with pytest.raises(Kink) as caught:
        expansion_at_zero(Formula.of(term), Field(Scope(), Budget()))
    assert caught.value.reason.where


def test_a_branch_that_depends_on_the_scope_names_what_decides_it() -> None:
    tau = Parameter("tau", above=1)
    with pytest.raises(Branching) as caught:
        expansion_at_zero(Formula.of(relu(softmax(z)[y] - 1 / tau)), Field(Scope(parameters=(tau,)), Budget()))
    assert caught.value.constant.text() in ("(tau - C)/(C*tau)", "(-C + tau)/(C*tau)")
    assert caught.value.reason.where == "relu(softmax(z)[y] - 1/tau)"


def test_a_branch_of_a_constant_has_no_kink() -> None:
    e = expansion_at_zero(Formula.of(relu(onehot(y))[y] + absolute(total(onehot(y)) - 1)), Field(Scope(), Budget()))
    assert e.value.rational == 1


def test_entries_of_a_vector_branch_each_for_itself() -> None:
    # |p - e_y| is 1 - p_y at the label and p_k elsewhere: the sum is 2 (1 - p_y)
    one = expansion_at_zero(Formula.of(total(absolute(softmax(z) - onehot(y)))), field := Field(Scope(), Budget()))
    two = expansion_at_zero(Formula.of(2 * (1 - softmax(z)[y])), other := Field(Scope(), Budget()))
    assert (other.restricted(two.g_k, field) - one.g_k).is_zero
    assert (other.restricted(two.h_yk, field) - one.h_yk).is_zero


def test_a_power_with_an_exponent_that_varies() -> None:
    # p_y^(z_y) = exp(z_y log p_y): gradient at 0 is -log(C) e_y
    e = expansion_at_zero(Formula.of(softmax(z)[y] ** z[y]), field := Field(Scope(), Budget()))
    assert (e.g_y + field.log(field.C)).is_zero
    assert e.g_k.is_zero


def test_shared_work_is_done_once() -> None:
    """A formula with 2^60 leaves as a tree takes 60 steps."""
    term = z[y]
    for _ in range(60):
        term = log(exp(term / 2) * exp(term / 2))
    e = expansion_at_zero(Formula.of(term), Field(Scope(), Budget(60)))
    assert e.g_y.rational == 1
