"""The orbit reading, which has C as a symbol, lies in the balls of the explicit one at every C that is tried."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction
from operator import itemgetter

import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

import symcheck.readings.orbit.slice
from symcheck.field.symbols import C_SYMBOL
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import (
    cosh,
    exp,
    log,
    log_sigmoid,
    log_softmax,
    logsumexp,
    mean,
    onehot,
    sigmoid,
    softmax,
    softplus,
    sqrt,
    tanh,
    total,
)  # fmt: skip
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Vec, lift
from symcheck.readings.explicit.explicit import explicit_expansion
from symcheck.readings.orbit.orbit import orbit_expansion, two_class_expansion
from symcheck.readings.orbit.slice import X, Y

CLASSES = (2, 3, 5, 11)


def contradictions(shown, balls, values, tools):
    """The entries that are shown to differ; both sides have to be narrow, else this would mean nothing."""
    found = []
    for f in fields(shown):
        expression, ball = getattr(shown, f.name), getattr(balls, f.name)
        if expression is None or ball is None:
            continue
        interval = tools.enclosure(expression, values)
        assert ball.rad() < 1e-25 * (1 + abs(ball))
        assert interval.rad() < 1e-60 * (1 + abs(interval))
        if not ball.overlaps(interval):
            found.append(f.name)
    return found


@pytest.mark.parametrize("classes", CLASSES)
def test_symbolic_c_lies_in_the_balls(known, classes, tools):
    shown = orbit_expansion(known.formula, known.scope, tools.sign)
    balls = explicit_expansion(known.formula, classes, known.values)
    assert contradictions(shown, balls, {"C": Fraction(classes), **known.values}, tools) == []


@pytest.mark.parametrize("classes", CLASSES)
def test_fixed_c_lies_in_the_balls(known, classes, tools):
    scope = Scope(Classes(classes, classes), known.formula.parameters)
    shown = orbit_expansion(known.formula, scope, tools.sign)
    assert not shown.g_y.has(C_SYMBOL)
    assert (shown.h_kl is None) == (classes == 2)
    assert contradictions(shown, explicit_expansion(known.formula, classes, known.values), known.values, tools) == []


def test_two_classes_are_read_on_their_own(known, tools):
    alone = two_class_expansion(known.formula, known.scope, tools.sign)
    assert alone.h_kl is None
    assert contradictions(alone, explicit_expansion(known.formula, 2, known.values), known.values, tools) == []


def test_a_wrong_entry_is_noticed(known, tools):
    # The comparison can fail: an entry that is off by 10^-25 is outside its ball.
    shown = orbit_expansion(known.formula, known.scope, tools.sign)
    balls = explicit_expansion(known.formula, 5, known.values)
    for f in fields(shown):
        with ctx.workprec(400):
            moved = replace(balls, **{f.name: getattr(balls, f.name) + arb("1e-25")})
        assert contradictions(shown, moved, {"C": Fraction(5), **known.values}, tools) == [f.name]


def test_wrong_formulas_and_wrong_values_are_noticed(tools):
    cases = {c.name: c for c in tools.cases}
    gce, mae = cases["gce"], cases["mae, 2 - 2 p_y"]
    shown = orbit_expansion(gce.formula, gce.scope)
    at = {"C": Fraction(3), "q": Fraction(7, 10)}
    nearly = explicit_expansion(gce.formula, 3, {"q": Fraction(70001, 100000)})
    every = ["value", "g_y", "g_k", "h_yy", "h_yk", "h_kk", "h_kl"]
    assert contradictions(shown, nearly, at, tools) == every
    assert contradictions(shown, explicit_expansion(mae.formula, 3, {}), at, tools) == every
    assert contradictions(shown, explicit_expansion(gce.formula, 4, {"q": Fraction(7, 10)}), at, tools) == every


def test_a_wrong_derivative_is_noticed(tools, monkeypatch):
    gce = next(c for c in tools.cases if c.name == "gce")
    right = symcheck.readings.orbit.slice._derivative
    # x^y with the factor y forgotten, once: C^-q becomes C^-q / q in the gradient, which the curvature contains
    monkeypatch.setattr(
        symcheck.readings.orbit.slice,
        "_derivative",
        lambda f, *x: right(f, *x) / Y if f == X**Y and len(x) == 1 else right(f, *x),
    )
    shown = orbit_expansion(gce.formula, gce.scope)
    balls = explicit_expansion(gce.formula, 3, gce.values)
    wrong = ["g_y", "g_k", "h_yy", "h_yk", "h_kk", "h_kl"]
    assert contradictions(shown, balls, {"C": Fraction(3), **gce.values}, tools) == wrong


# formulas that nobody thought of

Q = Parameter("q", above=0, at_most=1)
GAMMA = Parameter("gamma", at_least=0)
VALUES = {"q": Fraction(3, 10), "gamma": Fraction(4, 3)}
Z, LABEL = symbols()

CONSTANTS = [lift(n) for n in (1, 2, 3, Fraction(1, 2), Fraction(2, 3), Fraction(5, 3))]
CONSTANTS += [Q, GAMMA + 1, Z.C, 1 / Z.C, Q / Z.C, Z.C - Fraction(1, 2)]
EXPONENTS = [lift(n) for n in (2, 3, -1, -2, Fraction(1, 2), Fraction(-4, 3))] + [Q, -Q, Q - 1, GAMMA, 1 / Z.C]
VECTOR = 1 + onehot(LABEL)


def over_classes(function, term):
    return function(term if isinstance(term, Vec) else term * VECTOR)


@st.composite
def positive_terms(draw, depth):
    """Class-vectors and scalars that are positive for every z."""
    if depth == 0:
        return draw(st.sampled_from([*CONSTANTS, softmax(Z), softmax(Z)[LABEL], VECTOR, exp(Z)]))
    a, b, c = (draw(s) for s in (positive_terms(depth - 1), positive_terms(depth - 1), terms(depth - 1)))
    e = draw(st.sampled_from(EXPONENTS))
    makers = [
        lambda: a + b, lambda: a * b, lambda: a / b, lambda: a**e, lambda: sigmoid(c), lambda: softplus(c),
        lambda: log_sigmoid(c),
        lambda: exp(tanh(c)), lambda: cosh(tanh(c)),  # of bounded size, so that no towers of powers arise
        lambda: sqrt(1 + c**2), lambda: over_classes(softmax, c), lambda: over_classes(total, a),
    ]  # fmt: skip
    return draw(st.sampled_from(makers))()


@st.composite
def terms(draw, depth):
    """Class-vectors and scalars of any sign."""
    if depth == 0:
        return draw(st.sampled_from([Z, Z, Z[LABEL], log_softmax(Z), onehot(LABEL), Q - 1, *CONSTANTS]))
    a, b, c = (draw(s) for s in (terms(depth - 1), terms(depth - 1), positive_terms(depth - 1)))
    makers = [
        lambda: a + b, lambda: a - b, lambda: a * b, lambda: a / c, lambda: log(c), lambda: c, lambda: tanh(a),
        lambda: over_classes(mean, a), lambda: over_classes(logsumexp, a), lambda: over_classes(itemgetter(LABEL), a),
    ]  # fmt: skip
    return draw(st.sampled_from(makers))()


@settings(max_examples=150)
@given(term=terms(3), classes=st.sampled_from(CLASSES))
def test_formulas_made_at_random_agree(tools, term, classes):
    formula = Formula.of(total(term) if isinstance(term, Vec) else Z[LABEL] * term)
    shown = orbit_expansion(formula, Scope(parameters=(GAMMA, Q)))
    balls = explicit_expansion(formula, classes, {p.name: VALUES[p.name] for p in formula.parameters})
    assert contradictions(shown, balls, {"C": Fraction(classes), **VALUES}, tools) == []
    alone = orbit_expansion(formula, Scope(Classes(classes, classes), (GAMMA, Q)))
    assert contradictions(alone, balls, VALUES, tools) == []
