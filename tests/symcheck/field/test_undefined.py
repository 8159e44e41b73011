"""Logarithms, powers and quotients are formed only where they are shown to exist."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb

from symcheck.field.ball import working
from symcheck.field.field import Field
from symcheck.field.undefined import Undefined
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Code, Undecided

Q = Parameter("q", above=0, at_most=1)
R = Parameter("r", at_least=0, below=1)
T = Parameter("t")

REFUSED = [
    ("log(C - 2)", [], "the logarithm of C - 2 does not exist at C = 2, where this is 0"),
    ("log(C - 5/2)", [], "the logarithm of C - 5/2 does not exist at C = 2, where this is negative"),
    ("log(0)", [], "the logarithm of 0 does not exist"),
    ("log(-1)", [], "the logarithm of -1 does not exist, where this is negative"),
    ("log(t)", [T], "the logarithm of t does not exist at t = 0, where this is 0"),
    ("1/(C - 2)", [], "the division by C - 2 does not exist at C = 2, where this is 0"),
    ("1/(C - 5)", [], "the division by C - 5 does not exist at C = 5, where this is 0"),
    ("1/(C - 1000)", [], "the division by C - 1000 does not exist at C = 1000, where this is 0"),
    ("0/0", [], "the division by 0 does not exist"),
    ("C/(C - C)", [], "the division by 0 does not exist"),
    ("1/(1 - q)", [Q], "the division by 1 - q does not exist at q = 1, where this is 0"),
    ("(1 - q)**(-1)", [Q], "the division by 1 - q does not exist at q = 1, where this is 0"),
    ("1/(t + C)", [T], "the division by C + t does not exist at C = 2, t = -2, where this is 0"),
    ("r**(-q)", [R, Q], "r to a power that is no whole number does not exist at r = 0, where this is 0"),
    ("(C - 2)**(-1/2)", [], "C - 2 to a power that is no whole number does not exist at C = 2, where this is 0"),
    ("(C - 3)**(1/2)", [], "C - 3 to a power that is no whole number does not exist at C = 2, where this is negative"),
    (
        "t**q",
        [T, Q],
        "t to a power that is no whole number does not exist at t = -1/2, q = 1/16, where this is negative",
    ),
    ("0**(-1/2)", [], "0 to the power -1/2 does not exist"),
    ("1/log(C - 1)", [], "the division by log(C - 1) does not exist at C = 2, where this is 0"),
]


@pytest.mark.parametrize(("text", "parameters", "message"), REFUSED)
def test_what_does_not_exist_somewhere_is_refused_with_the_place(text, parameters, message, written):
    with pytest.raises(Undefined) as caught:
        written(text, *parameters)
    assert caught.value.reason.code is Code.SIGN_UNKNOWN
    assert caught.value.reason.why == message
    assert caught.value.sample.sign <= 0
    assert caught.value.reason.where, "the subexpression is named"


ALLOWED = [
    ("log(C - 2)", [], (3, None)),
    ("1/(C - 2)", [], (3, None)),
    ("1/(2*C - 5)", [], (2, None)),  # 0 at C = 5/2 only
    ("1/((C - 10)**2 - 1/2)", [], (2, None)),
    ("1/(log(C) - 1)", [], (2, None)),  # of both signs, and nowhere 0
    ("log(C**2 - 5*C + 49/8)", [], (2, None)),  # positive at whole numbers only
    ("1/(1 - r)", [R], (2, None)),
    ("(C - 2)**3", [], (2, None)),  # a whole power needs nothing
    ("t**2", [T], (2, None)),
    ("0**2", [], (2, None)),
    ("(C - 2)**0", [], (2, None)),
]


@pytest.mark.parametrize(("text", "parameters", "classes"), ALLOWED)
def test_what_exists_is_formed(text, parameters, classes, written):
    written(text, *parameters, classes=classes)


def test_what_is_not_decided_is_refused_without_a_place(written):
    """(e**t - 2)**2 is 0 at t = log 2, which no exact point of the scope is."""
    with pytest.raises(Undecided) as caught:
        written("log((exp(t) - 2)**2)", T)
    assert not isinstance(caught.value, Undefined)
    assert caught.value.reason.why == (
        "the logarithm of (exp(t) - 2)**2 exists where (exp(t) - 2)**2 is > 0, "
        "which was not shown for every C >= 2, every t in (-oo, oo)"
    )
    assert caught.value.reason.settle == "narrow the scope, or give values to C or the parameters"


def test_a_long_form_is_told_by_its_terms(written):
    """(e**t - 2)**24 has 25 terms, and is 1 below them."""
    with pytest.raises(Undecided) as caught:
        written("log((exp(t) - 2)**24)", T)
    assert caught.value.reason.why == (
        "the logarithm of a form of 26 terms exists where it is > 0, which was not shown for every C >= 2, every t in "
        "(-oo, oo)"
    )


def test_naming_the_place_keeps_the_point(written):
    with pytest.raises(Undefined) as caught:
        written("2 + log(C - 2)")
    assert caught.value.reason.where == "log(C - 2)"
    assert caught.value.at("elsewhere") is caught.value


def test_a_logarithm_exists_although_no_factor_of_it_is_shown_to_have_a_sign() -> None:
    """1 + x^111 > 0 with x = e^(m/50): its factors of degree 36 and 72 are positive, and no rule sees it."""
    m = Parameter("m", at_least=0)
    field = Field(Scope(Classes(2, 2), (m,)))
    value = field.log(1 + field.exp(field.parameter("m") * Fraction(111, 50)))
    for at in (Fraction(0), Fraction(1), Fraction(7, 3)):
        with working(128):
            by_hand = (1 + (arb(at.numerator) / at.denominator * 111 / 50).exp()).log()
        assert value.ball({"m": at}, 128).overlaps(by_hand)
