"""Arc cosines as constants: their identities, values against mpmath, derivatives, signs, and SymPy both ways."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
import sympy
from flint import arb, ctx

from symcheck.field.constant_reading import constant
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.field.undefined import Undefined
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
        value: Element = field.arccos(c) ** 2 / field.C
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


# cos(p pi/q), written with roots
ANGLES = [
    ("0", "1/2"), ("1/2", "1/3"), ("-1/2", "2/3"), ("1", "0"), ("-1", "1"),
    ("sqrt(2)/2", "1/4"), ("-1/sqrt(2)", "3/4"), ("sqrt(3)/2", "1/6"), ("-sqrt(3)/2", "5/6"),
    ("(1 + sqrt(5))/4", "1/5"), ("(sqrt(5) - 1)/4", "2/5"), ("(1 - sqrt(5))/4", "3/5"), ("-(1 + sqrt(5))/4", "4/5"),
    ("sqrt(2 + sqrt(2))/2", "1/8"), ("sqrt(2 - sqrt(2))/2", "3/8"), ("(sqrt(6) + sqrt(2))/4", "1/12"),
    ("(sqrt(6) - sqrt(2))/4", "5/12"), ("sqrt(10 + 2*sqrt(5))/4", "1/10"), ("sqrt(2 + sqrt(2 + sqrt(2)))/2", "1/16"),
    ("sqrt(3 + 2*sqrt(2)) - sqrt(2)", "0"),  # which is 1
]  # fmt: skip


@pytest.mark.parametrize(("cosine", "share"), ANGLES)
def test_known_angles_are_parts_of_pi(field: Field, cosine: str, share: str) -> None:
    pi = field.arccos(field.number(-1))
    angle = field.arccos(constant(field, parsed_constant(cosine)))
    assert (angle - pi * Fraction(share)).is_zero
    assert str(pi) == "arccos(-1)"
    assert pi.sympy() == sympy.pi


@pytest.mark.parametrize(
    "cosine", ["1/3", "sqrt(2)/3", "(1 + sqrt(5))/4 + 1/10**30", "exp(-1)", "log(2)", "sqrt(2) - 1"]
)
def test_other_angles_are_not(field: Field, cosine: str) -> None:
    x = constant(field, parsed_constant(cosine))
    pi, angle = field.arccos(field.number(-1)), field.arccos(x)
    for q in range(1, 61):
        for p in range(q + 1):
            assert not (angle * q - pi * p).is_zero
    assert angle.ball({}, 128).overlaps(x.ball({}, 128).acos())


def test_pi_has_a_sign_and_a_value(field: Field) -> None:
    pi = field.arccos(field.number(-1))
    with ctx.workprec(128):
        assert pi.ball({}, 128).overlaps(arb.pi())
    assert field.sign(pi).kind is Kind.POSITIVE
    assert field.sign(pi - Fraction(355, 113)).kind is Kind.NEGATIVE
    assert field.sign(pi * field.parameter("q") + field.C - 2).kind is Kind.POSITIVE
