"""Constants in narrower scopes, at points, and in balls."""

from __future__ import annotations

import math
from fractions import Fraction

import flint
import pytest

from symcheck.field.ball import working
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.field.undefined import Undefined
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope

Q = Parameter("q", above=0, at_most=1)
R = Parameter("r", at_least=0, below=1)


def test_c_is_fixed(written):
    c = written("C**(-q)*log(C - 1)", Q, classes=(3, None))
    ten = Field(Scope(Classes(10, 10), (Q,)))
    narrow = c.field.restricted(c, ten)
    # log 9 = 2 log 3
    assert (narrow - 2 * ten.log(ten.number(3)) * ten.power(ten.number(10), -ten.parameter("q"))).is_zero


def test_parameters_are_fixed(written):
    c = written("C**(-q)/(1 - r)", Q, R)
    field = Field(Scope(Classes(), (R,)))
    narrow = c.field.restricted(c, field, {"q": Fraction(1, 2)})
    assert narrow.text() == "C**(-1/2)/(1 - r)"


def test_everything_is_fixed(written):
    c = written("C**q*r", Q, R)
    there = c.at({"C": 9, "q": Fraction(1, 2), "r": Fraction(1, 3)})
    assert there.rational == 1
    assert c.at({"C": 9}).text() == "3**(2*q)*r"
    assert c.at({}).text() == c.text()


def test_zero_at_a_point_is_a_canonical_zero(written):
    c = written("2**C - C**2")
    assert c.at({"C": 4}).is_zero
    assert not c.at({"C": 3}).is_zero


def test_the_same_narrow_field_is_used_again(written):
    c = written("C*q", Q)
    assert c.at({"C": 3}).field is c.at({"C": Fraction(3)}).field


def test_what_is_derived_again_is_checked_again(written):
    """log(1 - q/2) exists for q <= 1; the field at q = 2, which is no value of q, refuses it."""
    c = written("log(1 - q/2)", Q)
    with pytest.raises(Undefined, match="the logarithm of 0 does not exist"):
        c.at({"q": 2})


def test_a_sign_is_that_of_the_narrower_scope(written):
    c = written("log(C) - 1")
    assert c.field.sign(c).kind is Kind.MIXED
    wide = Field(Scope(Classes(3)))
    assert wide.sign(c.field.restricted(c, wide)).kind is Kind.POSITIVE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C**(-7/10)", 10**-0.7),
        ("log(C)*C - q", 10 * math.log(10) - 0.5),
        ("exp(q)*(C - 1)**q", math.exp(0.5) * 3),
        ("(1 - 1/C)**q", math.sqrt(0.9)),
    ],
)
def test_balls_hold_the_value(text, expected, written):
    """Against the floating-point functions of the C library, to 12 digits."""
    ball = written(text, Q).ball({"C": 10, "q": Fraction(1, 2)})
    assert ball.rad() < 1e-15
    assert abs(float(ball) - expected) < 1e-12


def test_more_precision_is_a_smaller_ball(written):
    c = written("log(C)")
    coarse, fine = c.ball({"C": 3}), c.ball({"C": 3}, 500)
    assert fine.rad() < coarse.rad()
    assert coarse.contains(fine)


def test_the_working_precision_is_restored():
    before = flint.ctx.prec

    def stopped() -> None:
        with working(777):
            assert flint.ctx.prec == 777
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stopped()
    assert flint.ctx.prec == before


def test_signs_leave_the_working_precision_alone(written):
    before = flint.ctx.prec
    c = written("log(2) - 693147180559945309417/1000000000000000000000")
    c.field.sign(c)
    assert flint.ctx.prec == before


@pytest.mark.parametrize(
    ("text", "name", "derivative"),
    [
        ("C**q", "q", "log(C)*C**q"),
        ("C**q", "C", "q*C**(q - 1)"),
        ("log(C - 1)/C", "C", "1/(C*(C - 1)) - log(C - 1)/C**2"),
        ("C**(1/2)", "C", "1/(2*C**(1/2))"),
        ("(1 - r)**q", "r", "-q*(1 - r)**(q - 1)"),
        ("(1 - r)**q", "q", "log(1 - r)*(1 - r)**q"),
        ("exp(q**2/(1 + q))", "q", "exp(q**2/(1 + q))*(2*q + q**2)/(1 + q)**2"),
        ("log(log(C))", "C", "1/(C*log(C))"),
        ("q*r", "C", "0"),
    ],
)
def test_derivatives(text, name, derivative, written):
    field = Field(Scope(Classes(3), (Q, R)))
    c, expected = written(text, field=field), written(derivative, field=field)
    assert (c.derivative(name) - expected).is_zero
