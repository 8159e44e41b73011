"""Cosines and sines as constants: their identities, values, derivatives and signs, in text and SymPy both ways."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from symcheck.field.ball import ball_of
from symcheck.field.constant_reading import constant
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.rotation import HIGHEST_MULTIPLE
from symcheck.field.signs import interval
from symcheck.field.signs.sign import Kind
from symcheck.intake.parser import parsed_constant
from symcheck.language.interval import Interval
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope

M, Q = Parameter("m", above=0, below=1), Parameter("q")


@pytest.fixture
def field() -> Field:
    return Field(Scope(parameters=(M, Q)))


def made(field: Field, text: str) -> Element:
    return constant(field, parsed_constant(text, parameters={"m": M, "q": Q}))


# addition theorems, and the functions at 0 and at parts of pi
EQUAL = [
    ("sin(q)**2 + cos(q)**2", "1"), ("cos(0)", "1"), ("sin(0)", "0"), ("cos(-q)", "cos(q)"), ("sin(-q)", "-sin(q)"),
    ("cos(2*q)", "1 - 2*sin(q)**2"), ("sin(3*q)", "3*sin(q) - 4*sin(q)**3"), ("sin(2*q/3)", "2*sin(q/3)*cos(q/3)"),
    ("cos(q + m)", "cos(q)*cos(m) - sin(q)*sin(m)"), ("sin(q - C)", "sin(q)*cos(C) - cos(q)*sin(C)"),
    ("cos(pi)", "-1"), ("sin(pi)", "0"), ("cos(q + pi)", "-cos(q)"), ("sin(pi/2 - q)", "cos(q)"),
    ("cos(pi/3)", "1/2"), ("sin(pi/3)", "sqrt(3)/2"), ("cos(pi/4)", "1/sqrt(2)"), ("sin(-7*pi/6)", "1/2"),
    ("cos(5*pi/12)", "(sqrt(6) - sqrt(2))/4"), ("cos(201*pi/2)", "0"), ("sin(10**9*pi + pi/6)", "1/2"),
    ("cos(pi - m)", "-cos(m)"), ("sin(pi - m)", "sin(m)"),
    ("cos(arccos(m))", "m"), ("sin(arccos(m))", "sqrt(1 - m**2)"), ("cos(2*arccos(m))", "2*m**2 - 1"),
    ("cos(arccos(m)/2)", "sqrt((1 + m)/2)"), ("sin(arccos(-m)/2)", "sqrt((1 + m)/2)"),
    ("sin(arccos(1/C)*3)", "(4/C**2 - 1)*sqrt(1 - 1/C**2)"),
    ("cos(arccos(1/C) + m)", "cos(m)/C - sin(m)*sqrt(1 - 1/C**2)"), ("cos(arctan(q))", "1/sqrt(1 + q**2)"),
    ("sin(arctan(q))", "q/sqrt(1 + q**2)"), ("(1 - cos(m))/sin(m)", "sin(m)/(1 + cos(m))"),
    ("1/cos(m)**2", "1 + sin(m)**2/cos(m)**2"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_identities_are_canonical(field: Field, one: str, other: str) -> None:
    assert (made(field, one) - made(field, other)).is_zero


UNEQUAL = ["cos(q) - 1", "sin(2*q) - 2*sin(q)", "cos(q + m) - cos(q) - cos(m)", "cos(1) - 54/100", "sin(3) - 141/1000"]


@pytest.mark.parametrize("text", UNEQUAL)
def test_others_are_not_zero(field: Field, text: str) -> None:
    assert not made(field, text).is_zero
    assert field.sign(made(field, text)).kind is not Kind.ZERO


def test_a_zero_that_is_not_seen_is_unknown(field: Field) -> None:
    """cos 1 and cos(1/2) do not know each other: that cos 1 = 2 cos(1/2)^2 - 1 is neither shown nor denied."""
    hidden = made(field, "cos(1) - 2*cos(1/2)**2 + 1")
    assert not hidden.is_zero
    assert field.sign(hidden).kind is Kind.UNKNOWN


TERMS = st.sampled_from(["q", "m", "1", "C", "pi", "arccos(m/C)", "arctan(q)", "q*C", "1/(C + 1)"])
ANGLES = st.lists(st.tuples(st.fractions(-20, 20, max_denominator=6), TERMS), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(angle=ANGLES, q=st.fractions(-3, 3, max_denominator=7), m=st.fractions(Fraction(1, 9), Fraction(8, 9)))
def test_the_values_are_those_of_balls(angle: list[tuple[Fraction, str]], q: Fraction, m: Fraction) -> None:
    field = Field(Scope(parameters=(M, Q)))
    text = " + ".join(f"({share})*{term}" for share, term in angle)
    value = made(field, text)
    point = {"C": 3, "q": q, "m": m}
    with ctx.workprec(300):
        ball = value.ball(point, 300)
        for found, expected in ((field.cos(value), ball.cos()), (field.sin(value), ball.sin())):
            assert abs(found.ball(point, 300) - expected) < arb("1e-40")
    assert (field.cos(value) ** 2 + field.sin(value) ** 2 - 1).is_zero
    for a in (field.cos(value), field.sin(value)):
        assert (made(field, a.text()) - a).is_zero
        assert (field.from_sympy(a.sympy()) - a).is_zero


def test_large_multiples_are_angles_of_their_own(field: Field) -> None:
    assert str(made(field, f"cos({HIGHEST_MULTIPLE + 1}*q)")) == f"cos({HIGHEST_MULTIPLE + 1}*q)"
    assert len(made(field, f"cos({HIGHEST_MULTIPLE}*q)").parts) == HIGHEST_MULTIPLE // 2 + 1


@pytest.mark.parametrize(
    "text", ["sin(q*C)", "cos(q**2 + m)", "arctan(q/C)", "erf(q*m)", "cos(arccos(m) + q)", "erf(sin(q))*arctan(cos(q))"]
)
def test_derivatives_are_those_of_sympy(field: Field, text: str) -> None:
    c = made(field, text)
    at = {"C": 3, "q": Fraction(2, 7), "m": Fraction(3, 5)}
    for name in ("q", "C"):
        expression = c.sympy()
        symbol = next(s for s in expression.free_symbols if s.name == name) if name in field.depends(c) else None
        slope = 0 if symbol is None else expression.doit().diff(symbol)
        numbers = {s: sympy.Rational(str(at[s.name])) for s in expression.free_symbols}
        expected = sympy.sympify(slope).subs(numbers).evalf(40)
        with ctx.workprec(200):
            assert abs(c.derivative(name).ball(at, 200) - arb(str(expected))) < arb("1e-30")


# sin rises on (0, pi/2) and is positive on (0, pi); arctan x < x and erf x < 1 are not asked
SIGNS = [
    ("sin(m)", Kind.POSITIVE), ("cos(m)", Kind.POSITIVE), ("1 - cos(m)", Kind.POSITIVE), ("sin(3*m/2 - 1)", Kind.MIXED),
    ("cos(C)", Kind.MIXED), ("1 + sin(q)", None), ("2 + sin(q)", Kind.POSITIVE), ("arctan(m)", Kind.POSITIVE),
    ("arctan(-C)", Kind.NEGATIVE),
    ("pi/2 - arctan(q)", None), ("pi/2 - arctan(C)", Kind.POSITIVE), ("1 - erf(C)", Kind.POSITIVE),
    ("erf(m - 1)", Kind.NEGATIVE), ("erf(q)", Kind.MIXED), ("sin(3)", Kind.POSITIVE), ("sin(22/7)", Kind.NEGATIVE),
    ("arctan(1) - 785398/10**6", Kind.POSITIVE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), SIGNS)
def test_signs(field: Field, text: str, kind: Kind | None) -> None:
    found = field.sign(made(field, text))
    assert found.kind is kind or (kind is None and found.kind in (Kind.UNKNOWN, Kind.POSITIVE))


def test_they_are_taken_over_to_other_scopes(field: Field) -> None:
    assert str(made(field, "cos(pi/C)").at({"C": 3})) == "1/2"
    assert str(made(field, "arctan(C - 1)").at({"C": 2})) == "arccos(-1)/4"
    assert str(made(field, "erf(C - 2) + sin(C - 2)").at({"C": 2})) == "0"
    assert str(made(field, "sin(q*C)").at({"C": 2})) == "2*cos(q)*sin(q)"
    assert Field(Scope(Classes(3, 3))).cos(Field(Scope(Classes(3, 3))).zero).rational == 1


ENDS = st.fractions(-9, 9, max_denominator=8)


@given(a=ENDS, b=ENDS, share=st.fractions(0, 1), opens=st.tuples(st.booleans(), st.booleans()))
def test_ranges_contain_all_values(a: Fraction, b: Fraction, share: Fraction, opens: tuple[bool, bool]) -> None:
    low, high = min(a, b), max(a, b)
    inside = Interval(low, high, low_open=opens[0] and low < high, high_open=opens[1] and low < high)
    x = low + share * (high - low)
    if (x == low and inside.low_open) or (x == high and inside.high_open):
        return
    images = ((interval.cos, arb.cos), (interval.sin, arb.sin), (interval.arctan, arb.atan), (interval.erf, arb.erf))
    with ctx.workprec(200):
        for image, function in images:
            found, value = image(inside), function(ball_of(x))
            assert found.low is not None
            assert found.high is not None
            assert not value < ball_of(found.low)
            assert not value > ball_of(found.high)
            assert not (found.low_open and value <= ball_of(found.low))
            assert not (found.high_open and value >= ball_of(found.high))
