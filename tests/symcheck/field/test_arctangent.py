"""Arc tangents and error functions as constants: their identities, values at known angles, text and SymPy."""

from __future__ import annotations

import sys
from fractions import Fraction

import pytest
from flint import arb, ctx

from symcheck.field.constant_reading import constant
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.intake.parser import parsed_constant
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Scope

Q, R, S = Parameter("q", above=0), Parameter("r"), Parameter("s", at_least=-3, below=0)
SCOPE = Scope(parameters=(Q, R))
FIELD = Field(SCOPE)


@pytest.fixture(autouse=True)
def field_of_this_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is counted from when a field is made, and other tests of this process take some in between."""
    monkeypatch.setattr(sys.modules[__name__], "FIELD", Field(SCOPE))


def made(text: str) -> Element:
    return constant(FIELD, parsed_constant(text, parameters={"q": Q, "r": R}))


# tan(p pi/q), written with roots
ANGLES = [
    ("0", "0"), ("1", "1/4"), ("-1", "-1/4"), ("sqrt(3)", "1/3"), ("1/sqrt(3)", "1/6"), ("-sqrt(3)", "-1/3"),
    ("2 - sqrt(3)", "1/12"), ("2 + sqrt(3)", "5/12"), ("sqrt(2) - 1", "1/8"), ("sqrt(5 - 2*sqrt(5))", "1/5"),
]  # fmt: skip


@pytest.mark.parametrize(("tangent", "share"), ANGLES)
def test_known_angles_are_parts_of_pi(tangent: str, share: str) -> None:
    assert (made(f"arctan({tangent})") - made("pi") * Fraction(share)).is_zero


@pytest.mark.parametrize("tangent", ["1/2", "2", "sqrt(2)", "1 + 1/10**30", "log(3)", "exp(1)"])
def test_other_angles_are_not(tangent: str) -> None:
    for q in range(1, 61):
        for p in range(q):
            assert not (made(f"arctan({tangent})") - made("pi") * Fraction(p, 2 * q)).is_zero
    with ctx.workprec(200):
        assert made(f"arctan({tangent})").ball({}, 128).overlaps(made(tangent).ball({}, 128).atan())


def test_odd_functions_and_reciprocals() -> None:
    for odd in ("arctan", "erf"):
        for x in ("q", "r", "1 - C", "r*C - q", "-3"):
            assert (made(f"{odd}({x})") + made(f"{odd}(-({x}))")).is_zero
    for x in ("q", "C", "1/(q + C)", "2"):
        assert (made(f"arctan({x}) + arctan(1/({x}))") - made("pi/2")).is_zero
        assert (made(f"arctan(-({x})) + arctan(-1/({x}))") + made("pi/2")).is_zero
    # For s < 0 the sum is -pi/2.
    either = Field(Scope(parameters=(S,)))
    s = either.parameter("s")
    assert (either.arctan(s) + either.arctan(1 / s) + either.arccos(either.zero)).is_zero


@pytest.mark.parametrize("text", ["arctan(q)", "arctan(1/C)/C", "erf(q - C)", "-erf(r)**2*arctan(5)", "arctan(r)"])
def test_text_and_sympy_are_read_back(text: str) -> None:
    c = made(text)
    assert (made(c.text()) - c).is_zero
    assert (FIELD.from_sympy(c.sympy()) - c).is_zero


def test_pi_is_a_number_of_formulas() -> None:
    with ctx.workprec(128):
        assert made("pi").ball({}, 128).overlaps(arb.pi())
    assert made("pi/2").text() == "arccos(-1)/2"
    pi = Parameter("pi")
    named = constant(Field(Scope(parameters=(pi,))), parsed_constant("pi/2", parameters={"pi": pi}))
    assert named.text() == "pi/2"  # the parameter of that name, if there is one
