"""Each rule of the ladder decides what it is there for, and its steps name what it used."""

from __future__ import annotations

import pytest

from symcheck.field.signs.sign import Kind, ProvedSign
from symcheck.language.parameter import Parameter

Q = Parameter("q", above=0, at_most=1)
E = Parameter("e", above=0, below=1)
G = Parameter("g", above=0)
T = Parameter("t")


@pytest.mark.parametrize(
    ("text", "parameters", "because"),
    [
        ("C*g", [G], "the factors have signs"),
        ("C + g*log(C)", [G], "every term has this sign"),
        ("C - 1", [], "counted from the ends of 2 <= C"),
        ("1/C + g - e/C", [G, E], "counted from the ends of 2 <= C, 0 < g, 0 < e < 1"),
        ("C**(-q) - C**(-2*q)", [Q], "counted from the ends of 1 < C**q"),
        ("C**2 - 5*C + 7", [], "no real root in [2, oo) of integers, by isolation of the roots"),
        ("t**2 + t*q + q**2", [T, Q], "it is quadratic in t and has no real zero"),
        ("log(C) - log(C - 1)", [], "the numbers are compared in the place of their logarithms"),
        ("5**C - 2**C*(2*log(2) - log(3))", [], "the logarithm of one term is compared with that of the other"),
        ("C*log(C) - C + 1", [], "its derivative by C is log(C), and at C = 2 it is 2*log(2) - 1"),
        ("C*log(C) - C*log(C - 1) - 1", [], "divided by C**1 it is monotone in C and tends to 0"),
        ("C - C**(1/2) + 2**(1/2)/2 - 1", [], "counted from the ends of 1.41421 < C**(1/2)"),
        ("q**3 - q*e + e**3 + 1/10", [Q, E], "so it is on both parts of the interval of e"),
        ("exp(t) - 27/10*t", [T], "the value in the middle, and the slopes, leave no other sign"),
        ("log(3)**2 - 6/5", [], "its value is [0.0347448 +/- "),
    ],
)
def test_the_rule_that_decides(text, parameters, because, written):
    c = written(text, *parameters)
    sign = c.field.sign(c)
    assert sign.kind is Kind.POSITIVE
    assert any(because in step for step in sign.steps), sign.steps


def test_what_a_common_factor_hides_is_not_lost(written):
    """u may be negative: a common factor of unknown sign must not be divided away (roots of C are positive)."""
    U = Parameter("u", at_least=-1, at_most=2)
    c = written("u*(C - C**(1/2) + 1)", U)
    assert c.field.sign(c).kind is Kind.MIXED


def test_claims_multiply():
    up, least, zero, most, down = (
        ProvedSign.POSITIVE,
        ProvedSign.NONNEGATIVE,
        ProvedSign.ZERO,
        ProvedSign.NONPOSITIVE,
        ProvedSign.NEGATIVE,
    )
    assert up.times(up) is down.times(down) is up
    assert up.times(down) is down.times(up) is down
    assert up.times(least) is down.times(most) is least.times(least) is most.times(most) is least
    assert up.times(most) is down.times(least) is least.times(most) is most
    assert zero.times(up) is down.times(zero) is zero
    assert [c.negated for c in (up, least, zero, most, down)] == [down, most, zero, least, up]
