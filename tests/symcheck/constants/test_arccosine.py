"""Arc cosines as constants: their identities, values against mpmath, derivatives, signs, and SymPy both ways."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
import sympy
from flint import arb, ctx

from symcheck.constants.field import Constant, Field
from symcheck.constants.reading import constant
from symcheck.constants.sign import Kind
from symcheck.constants.undefined import Undefined
from symcheck.intake.parser import parsed_constant
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope

Q = Parameter("q", above=0, below=1)


@pytest.fixture
def field() -> Field:
    return Field(Scope(parameters=(Q,)))


def test_the_identities_that_are_canonical(field: Field) -> None:
    # arccos(-x) = pi - arccos x, arccos 0 = pi/2, arccos(1/2) = pi/3: the values at rational multiples of pi whose
    # cosine is rational (Niven) are these
    pi = field.arccos(field.zero) * 2
    x = field.parameter("q") / field.C
    assert (field.arccos(x) + field.arccos(-x) - pi).is_zero
    assert (field.arccos(field.number(Fraction(1, 2))) * 3 - pi).is_zero
    assert (field.arccos(field.number(Fraction(-1, 2))) * 3 - pi * 2).is_zero
    assert not (field.arccos(field.number(Fraction(1, 3))) * 3 - pi).is_zero


@pytest.mark.parametrize("value", ["0", "1/2", "-1/2", "1/3", "-9/10", "1/1000"])
def test_the_values(field: Field, value: str) -> None:
    ball = field.arccos(field.number(Fraction(value))).ball({}, 256)
    with mpmath.workdps(60), ctx.workprec(256):
        numerator, denominator = Fraction(value).as_integer_ratio()
        expected = arb(mpmath.nstr(mpmath.acos(mpmath.mpf(numerator) / denominator), 55))
        assert abs(ball - expected) < arb("1e-50")


def test_the_derivative_is_that_of_mpmath(field: Field) -> None:
    slope = field.arccos(field.parameter("q") / field.C).derivative("q").ball({"C": 3, "q": Fraction(2, 7)}, 256)
    with mpmath.workdps(60), ctx.workprec(256):
        expected = mpmath.diff(lambda q: mpmath.acos(q / 3), mpmath.mpf(2) / 7)
        assert abs(slope - arb(mpmath.nstr(expected, 50))) < arb("1e-40")


def test_signs(field: Field) -> None:
    above = field.arccos(field.parameter("q"))  # in (0, pi/2)
    assert field.sign(above).kind is Kind.POSITIVE
    assert field.sign(above).exact
    assert field.sign(2 - above).kind is Kind.POSITIVE  # pi/2 < 2
    assert field.sign(above - Fraction(3, 2)).kind is Kind.MIXED  # pi/2 > 3/2
    below = field.arccos(-field.parameter("q"))  # in (pi/2, pi)
    assert field.sign(below - Fraction(3, 2)).kind is Kind.POSITIVE
    fixed = Field(Scope(Classes(3, 8)))
    assert fixed.sign(fixed.arccos(1 / (fixed.C + 1)) - fixed.arccos(1 / fixed.C)).kind is Kind.POSITIVE


def test_sympy_both_ways(field: Field) -> None:
    for c in (field.zero, field.number(Fraction(1, 2)), 1 / field.C, -field.parameter("q") / field.C):
        written = field.arccos(c).sympy()
        assert field.from_sympy(written) == field.arccos(c)
        assert field.from_sympy(written.doit()) == field.arccos(c)  # acos(1/2) is pi/3 then
    assert str(field.from_sympy(sympy.pi / 4)) == "arccos(-1)/4"


def test_text_is_read_back(field: Field) -> None:
    for c in (field.zero, 1 / field.C, -field.parameter("q")):
        value: Constant = field.arccos(c) ** 2 / field.C
        assert constant(field, parsed_constant(value.text(), parameters={"q": Q})) == value


def test_it_is_taken_over_to_other_scopes(field: Field) -> None:
    assert str(field.arccos(1 / field.C).at({"C": 2})) == "arccos(-1)/3"
    assert str(field.arccos(1 / field.C).at({"C": 7})) == "arccos(1/7)"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            lambda f: f.number(2),
            "the arc cosine of a number x with 1 - x**2 = -3 does not exist, where this is negative",
        ),
        (lambda f: f.C, "a number x with 1 - x**2 = -(C + 1)*(C - 1) does not exist at C = 2, where this is negative"),
        (lambda f: 2 * f.parameter("q"), "a number x with 1 - x**2 = (2*q + 1)*(1 - 2*q) does not exist at q = "),
    ],
)
def test_it_is_refused_outside_of_the_interval(field: Field, code: object, message: str) -> None:
    with pytest.raises(Undefined) as caught:
        field.arccos(code(field))  # type: ignore[operator]
    assert message in str(caught.value)
