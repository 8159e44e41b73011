"""No claim about a random constant is contradicted by balls computed from the expression itself."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb
from hypothesis import event, given, settings
from hypothesis import strategies as st

from symcheck.budget import Budget
from symcheck.field.ball import Point
from symcheck.field.constant_reading import constant as read
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.parity import parities
from symcheck.field.signs.pieces import pieces
from symcheck.field.signs.sign import Kind, Sign
from symcheck.field.text import term
from symcheck.field.undefined import Undefined
from symcheck.language.formula import Formula
from symcheck.reason import Code, Undecided
from tests.symcheck.field.expressions import PRECISION, cases, constant, slope, value

CASES = settings(max_examples=120)


def built(scope, tree) -> Element | None:
    """The constant, or None if the field refuses it."""
    try:
        return constant(Field(scope, Budget(20)), tree)
    except Undecided as stop:
        event("undefined" if isinstance(stop, Undefined) else stop.reason.code.value)
        return None


def contradicts(sign: Sign, ball) -> bool:
    wrong = {Kind.POSITIVE: ball <= 0, Kind.NEGATIVE: ball >= 0, Kind.ZERO: not ball.contains(0)}
    return wrong.get(sign.kind, False) or (sign.nonnegative and ball < 0) or (sign.nonpositive and ball > 0)


@CASES
@given(cases)
def test_values_signs_and_runs(case):
    scope, tree, points = case
    c = built(scope, tree)
    if c is None:
        return
    sign = c.field.sign(c)
    runs = pieces(c)
    event(f"sign {sign.kind.name}")
    assert (
        sum((run.high or 10**30) - run.low + 1 for run, _ in runs)
        == (scope.classes.high or 10**30) - scope.classes.low + 1
    )
    for point in points:
        there = value(tree, point)
        if not there.is_finite():  # an exponential too large for balls
            continue
        here = c.ball(point, PRECISION)
        assert not here.is_finite() or here.overlaps(there), point
        assert not contradicts(sign, there), (point, sign.steps)
        (run,) = (s for classes, s in runs if point["C"] in classes)
        assert not contradicts(run, there), (point, run.steps)


@CASES
@given(cases)
def test_the_points_shown_lie_in_the_scope_and_have_the_sign(case):
    scope, tree, _ = case
    c = built(scope, tree)
    if c is None:
        return
    for classes, sign in [(scope.classes, c.field.sign(c)), *pieces(c)]:
        for sample in sign.points:
            assert sample.values["C"] in classes
            assert all(sample.values[p.name] in p.interval for p in scope.parameters)
            there = value(tree, sample.values)
            assert not (there > 0 and sample.sign <= 0)
            assert not (there < 0 and sample.sign >= 0)
        if sign.kind is Kind.MIXED:
            assert len({sample.sign for sample in sign.points}) > 1
        elif sign.kind is not Kind.UNKNOWN:
            assert sign.points


@CASES
@given(cases)
def test_what_is_refused_as_undefined_has_a_point_that_shows_it(case):
    scope, tree, _ = case
    stop = stopped(lambda: constant(Field(scope, Budget(20)), tree))
    if isinstance(stop, Undefined):
        values = stop.sample.values
        assert values["C"] in scope.classes
        # Some argument of a log or power is not positive there, or some divisor is 0.
        assert any(broken(part, values) for part in parts(tree))
    elif stop is not None:
        assert stop.reason.code in (Code.SIGN_UNKNOWN, Code.BUDGET)


def stopped(act) -> Undecided | None:
    try:
        act()
    except Undecided as stop:
        return stop
    return None


def parts(tree):
    yield tree
    for a in tree.args:
        yield from parts(a)


def broken(part, values) -> bool:
    if part.op == "log":
        return not value(part.args[0], values) > 0
    if part.op == "div":
        return value(part.args[1], values).contains(0)
    return part.op == "pow" and not value(part.args[0], values) > 0


@CASES
@given(cases)
def test_text_and_sympy_are_read_back(case):
    scope, tree, _ = case
    c = built(scope, tree)
    if c is None:
        return
    assert (c.field.from_sympy(c.sympy()) - c).is_zero
    formula = Formula.of(term(c))
    assert str(formula) == c.text()
    assert (read(c.field, formula) - c).is_zero


@CASES
@given(cases, st.data())
def test_a_restricted_constant_has_the_same_values(case, data):
    scope, tree, points = case
    c = built(scope, tree)
    if c is None:
        return
    point = data.draw(st.sampled_from(points))
    names = data.draw(st.sets(st.sampled_from(["C", *(p.name for p in scope.parameters)])))
    field = c.field.narrowed({n: point[n] for n in names})
    values = {n: Fraction(point[n]) for n in names if n != "C"}
    stop = stopped(lambda: c.field.restricted(c, field, values))
    assert not isinstance(stop, Undefined), "what exists in a scope exists in a part of it"
    if stop is not None:
        return
    narrow = c.field.restricted(c, field, values)
    ball, there = Point(field, point).ball(narrow, PRECISION), value(tree, point)
    assert not ball.is_finite() or not there.is_finite() or ball.overlaps(there)


@CASES
@given(cases, st.data())
def test_derivatives_agree_with_power_series(case, data):
    scope, tree, points = case
    c = built(scope, tree)
    if c is None:
        return
    name = data.draw(st.sampled_from([*(p.name for p in scope.parameters), "C"]))
    if name not in c.field.variables:  # C is fixed
        return
    if parities(c.field, c):  # (-1)**m has no derivative by m
        return
    derivative = c.derivative(name)
    for point in points[:20]:
        here, there = derivative.ball(point, PRECISION), slope(tree, point, name)
        assert not here.is_finite() or not there.is_finite() or here.overlaps(there), point


@pytest.mark.parametrize("wrong", [Kind.POSITIVE, Kind.NEGATIVE, Kind.ZERO])
def test_a_wrong_claim_would_be_seen(wrong):
    """The check of the first test fails for a claim that is false somewhere on the grid."""
    claim = Sign(wrong, True, False, False, tuple, tuple)
    values = [arb(1), arb(-1)] if wrong is not Kind.ZERO else [arb(1)]
    assert any(contradicts(claim, v) for v in values)
