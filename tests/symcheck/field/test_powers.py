"""Powers of 0, of what is 0 somewhere, and of what is negative."""

from __future__ import annotations

import pytest

from symcheck.field.branching import Branching
from symcheck.field.signs.pieces import pieces
from symcheck.field.signs.sign import Kind
from symcheck.field.undefined import Undefined
from symcheck.language.parameter import Parameter
from symcheck.reason import Undecided

Q = Parameter("q", above=0, below=1)
R = Parameter("r", at_least=0, at_most=1)
N = Parameter("n", at_least=0, integer=True)
M = Parameter("m", at_least=1, integer=True)
S = Parameter("s", above=-1, below=1)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0**(3/2)", 0), ("0**(1/7)", 0), ("0**q", 0), ("0**(C - 1)", 0), ("0**m", 0), ("0**(q*C)", 0), ("0**0", 1),
     ("sqrt(0)", 0), ("(C - C)**q", 0), ("log(1 + 0**(1/2))", 0), ("(sqrt(2)*sqrt(3) - sqrt(6))**(1/3)", 0)],
)  # fmt: skip
def test_powers_of_zero(text, value, written):
    assert written(text, Q, M).rational == value


@pytest.mark.parametrize("text", ["0**(-1/2)", "0**(-q)", "0**(-m)", "0**(1/2 - m)"])
def test_powers_of_zero_that_do_not_exist(text, written):
    with pytest.raises(Undefined) as caught:
        written(text, Q, M, S)
    assert "does not exist" in str(caught.value)


# The constant on whose sign it depends, and the classes on which the power is another one.
BRANCHES = [
    ("sqrt(C - 2)", "C - 2"),
    ("(C - 2)**q", "C - 2"),
    ("(C - 2)**(3/2)", "C - 2"),
    ("(C - 2)**(1/C)", "C - 2"),
    ("sqrt((C - 3)**2)", "(C - 3)**2"),
    ("sqrt((C - 2)*(C - 3))", "(C - 2)*(C - 3)"),  # not negative at whole numbers
    ("log(1 + sqrt(C - 2))", "C - 2"),
    ("sqrt(r)", "r"),
    ("r**q", "r"),
    ("0**r", "r"),
    ("0**n", "n"),
    ("0**s", "s"),
    ("(C - 3)**m", "C - 3"),
    ("s**m", "s"),
    ("arccos(1/(C - 1))", "C*(C - 2)/(C - 1)**2"),
    ("arccos(r)", "(r + 1)*(1 - r)"),
]


@pytest.mark.parametrize(("text", "constant"), BRANCHES)
def test_where_it_depends_on_the_scope_it_is_a_branch(text, constant, written):
    with pytest.raises(Branching) as caught:
        written(text, Q, R, N, M, S)
    assert str(caught.value.constant) == constant
    assert caught.value.reason.where, "the subexpression is named"
    assert caught.value.at("elsewhere") is caught.value


@pytest.mark.parametrize("text", [t for t, _ in BRANCHES if "C - " in t])
def test_on_each_run_of_classes_it_is_formed(text, written):
    with pytest.raises(Branching) as caught:
        written(text, Q, M)
    runs = pieces(caught.value.constant)
    assert len(runs) > 1
    for classes, sign in runs:
        c = written(text, Q, M, classes=(classes.low, classes.high))
        assert c.is_zero or sign.kind is not Kind.ZERO
        assert c.field.sign(c).kind is not Kind.UNKNOWN


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("sqrt(C - 3)", "at C = 2, where this is negative"),
        ("(C - 3)**(1/3)", "at C = 2, where this is negative"),
        ("(C - 3)**q", "at C = 2, q = 1/2, where this is negative"),
        ("sqrt(s)", "at s = -7/8, where this is negative"),
        ("(C - 2)**(-q)", "at C = 2, where this is 0"),
        ("arccos(C - 2)", "at C = 5, where this is negative"),
    ],
)
def test_where_a_part_of_the_scope_has_no_value_the_point_is_named(text, where, written):
    with pytest.raises(Undefined) as caught:
        written(text, Q, S)
    assert where in str(caught.value)
    assert caught.value.sample.point


def test_what_is_not_decided_is_neither(written):
    with pytest.raises(Undecided) as caught:
        written("((exp(s) - 2)**2 - 1/10**60)**(1/2)", S)
    assert not isinstance(caught.value, Branching)
