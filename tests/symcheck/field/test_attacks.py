"""Constants built to mislead a sign procedure: tangent to zero, zero at one end only, narrow windows, late changes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symcheck.field.signs.pieces import pieces
from symcheck.field.signs.sign import Kind
from symcheck.language.parameter import Parameter

Q = Parameter("q", above=0, at_most=1)
R = Parameter("r", at_least=0, below=1)
G = Parameter("g", above=0)
T = Parameter("t")
M = Parameter("m", at_least=1, integer=True)
U = Parameter("u", at_least=-1, at_most=2)


def runs(c) -> list[tuple[str, str]]:
    return [(str(classes), sign.kind.name) for classes, sign in pieces(c)]


# What is shown for each is derived in the comment.
TANGENT = [
    # (C - 3)**2 is 1, 0, 1, 4, ...
    ("(C - 3)**2", [("C = 2", "POSITIVE"), ("C = 3", "ZERO"), ("every C >= 4", "POSITIVE")]),
    ("(C - 3)**2*log(C)", [("C = 2", "POSITIVE"), ("C = 3", "ZERO"), ("every C >= 4", "POSITIVE")]),
    ("(C - 3)**2*(log(C) - 1)", [("C = 2", "NEGATIVE"), ("C = 3", "ZERO"), ("every C >= 4", "POSITIVE")]),
    # (2C - 7)**2 is 9, 1, 1, 9, ...
    ("(2*C - 7)**2 - 1", [("C = 2", "POSITIVE"), ("every C from 3 to 4", "ZERO"), ("every C >= 5", "POSITIVE")]),
    ("(2*C - 7)**2 - 1/2", [("every C >= 2", "POSITIVE")]),
    ("2**C - C**2", [("C = 2", "ZERO"), ("C = 3", "NEGATIVE"), ("C = 4", "ZERO"), ("every C >= 5", "POSITIVE")]),
    ("C**C - 10**C", [("every C from 2 to 9", "NEGATIVE"), ("C = 10", "ZERO"), ("every C >= 11", "POSITIVE")]),
    ("log(C - 1)", [("C = 2", "ZERO"), ("every C >= 3", "POSITIVE")]),
    ("log(C**2 - 5*C + 7)", [("every C from 2 to 3", "ZERO"), ("every C >= 4", "POSITIVE")]),
    ("(C - 2)/(2*C)", [("C = 2", "ZERO"), ("every C >= 3", "POSITIVE")]),
    ("log(C) - 1", [("C = 2", "NEGATIVE"), ("every C >= 3", "POSITIVE")]),
    ("2/(2*C - 5)", [("C = 2", "NEGATIVE"), ("every C >= 3", "POSITIVE")]),
]

LATE = [
    # log C = 20 between C = 485165195 and the next: e**20 = 485165195.41
    ("log(C) - 20", [("every C from 2 to 485165195", "NEGATIVE"), ("every C >= 485165196", "POSITIVE")]),
    ("C - 1000001", [("every C from 2 to 1000000", "NEGATIVE"), ("C = 1000001", "ZERO"),
                     ("every C >= 1000002", "POSITIVE")]),
    # 20 log 89 = 89.77, 20 log 90 = 89.996
    ("C - 20*log(C)", [("every C from 2 to 89", "NEGATIVE"), ("every C >= 90", "POSITIVE")]),
    # The places are those at which mpmath, at 50 digits, finds the change: see the test below.
    ("C - log(C)**5", [("every C from 2 to 3", "POSITIVE"), ("every C from 4 to 332105", "NEGATIVE"),
                       ("every C >= 332106", "POSITIVE")]),
    ("C**(1/10) - log(C)", [("every C from 2 to 3", "POSITIVE"), ("every C from 4 to 3430631121407801", "NEGATIVE"),
                            ("every C >= 3430631121407802", "POSITIVE")]),
    ("((C - 1000000)**2 - 1/2)*log(C)", [("every C from 2 to 999999", "POSITIVE"), ("C = 1000000", "NEGATIVE"),
                                         ("every C >= 1000001", "POSITIVE")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TANGENT + LATE)
def test_runs_of_classes(text, expected, written):
    c = written(text)
    assert runs(c) == expected
    assert c.field.sign(c).kind is (Kind.MIXED if len(expected) > 1 else Kind[expected[0][1]])


@pytest.mark.parametrize(("text", "before"), [("C - log(C)**5", 332105), ("C**(1/10) - log(C)", 3430631121407801)])
def test_late_changes_are_where_balls_see_them(text, before, written):
    c = written(text)
    assert c.ball({"C": before}, 200) < 0
    assert c.ball({"C": before + 1}, 200) > 0


def test_a_change_beyond_every_tail_that_is_tried_is_not_claimed_away(written):
    """log C - 100 changes its sign at about 2.7e43."""
    c = written("log(C) - 100")
    sign = c.field.sign(c)
    assert sign.kind is not Kind.POSITIVE
    assert sign.kind is not Kind.NEGATIVE
    assert pieces(c)[-1][1].kind in (Kind.MIXED, Kind.UNKNOWN)


# (text, parameters, kind, nonnegative, nonpositive)
PARAMETRIC = [
    ("1 - q", [Q], "MIXED", True, False),  # 0 at the closed end q = 1
    ("q*(1 - q)", [Q], "MIXED", True, False),
    ("r", [R], "MIXED", True, False),
    ("1 - r", [R], "POSITIVE", True, False),  # r = 1 is left out
    ("q - r", [Q, R], "MIXED", False, False),
    ("(q - 1/2)**2", [Q], "MIXED", True, False),
    ("(q - 1/2)**2*log(C)", [Q], "MIXED", True, False),
    ("t**2", [T], "MIXED", True, False),
    ("t**2 + 1", [T], "POSITIVE", True, False),
    ("t**2 - 2*t + 1", [T], "MIXED", True, False),  # (t - 1)**2
    ("C*t**2 - 2*t + 1", [T], "POSITIVE", True, False),  # discriminant 4 - 4 C < 0
    ("t**2 + t*q + q**2", [T, Q], "POSITIVE", True, False),  # discriminant -3 q**2 < 0
    ("t**4 - t + 1", [T], "POSITIVE", True, False),  # least 1 - 3/4**(4/3) = .53
    ("t**4 - t + 1/3", [T], "MIXED", False, False),
    ("q**2 - q*r + r**2 + 1/100", [Q, R], "POSITIVE", True, False),
    ("(1000*q - 501)**2 - 1/4", [Q], "MIXED", False, False),  # negative for q in (.5005, .5015) only
    ("((1000*q - 501)**2 - 1/4)*log(C)", [Q], "MIXED", False, False),
    ("q - 1/1000000000000000000000000000000", [Q], "MIXED", False, False),
    ("C**q - C", [Q], "MIXED", False, True),  # 0 at q = 1
    ("C**q - 1 - q*log(C) - (q*log(C))**2/2 - (q*log(C))**3/6", [Q], "POSITIVE", True, False),
    ("C**q - 1 - q*log(C) - (q*log(C))**2/2 - (q*log(C))**3/5", [Q], "MIXED", False, False),  # 1/5 > 1/6
    ("1 - C**(-q) - q*log(C)*C**(-q)", [Q], "POSITIVE", True, False),  # e^x > 1 + x
    ("exp(t) - 1 - t", [T], "MIXED", True, False),  # 0 at t = 0
    ("exp(t) - 27/10*t", [T], "POSITIVE", True, False),  # least 2.7 (1 - log 2.7) = .018
    ("exp(t) - 272/100*t", [T], "MIXED", False, False),  # 2.72 > e
    ("cosh(t) - 1", [T], "MIXED", True, False),
    ("log(1 - r) + r", [R], "MIXED", False, True),
    ("log(1 - r) + r + r**2", [R], "MIXED", False, False),
    ("(1 + g)**(1 + q) - 1 - (1 + q)*g", [G, Q], "POSITIVE", True, False),  # Bernoulli
    ("m**2 - m", [M], "MIXED", True, False),  # 0 at m = 1
    ("m**2 - m + 1/8", [M], "POSITIVE", True, False),
    ("u*(m - 1)*(5/C)**(5/3)", [U, M], "MIXED", False, False),
    ("g - C", [G], "MIXED", False, False),
    ("(1 - 1/C)**g", [G], "POSITIVE", True, False),
    ("1 - (1 - 1/C)**g", [G], "POSITIVE", True, False),
    ("1/C - log(C/(C - 1))", [], "NEGATIVE", False, True),  # -log(1 - x) > x
    ("exp(1) - (1 + 1/C)**C", [], "POSITIVE", True, False),
    ("(1 + 1/C)**(C + 1) - exp(1)", [], "POSITIVE", True, False),
    ("2**C*(2*log(2) - log(3)) - 5**C", [], "NEGATIVE", False, True),
    ("log(2) - 9/13", [], "POSITIVE", True, False),  # .6931 > .6923
    ("log(2) - 693147180559945309417/1000000000000000000000", [], "POSITIVE", True, False),  # ...94172321
    ("log(2) - 693147180559945309418/1000000000000000000000", [], "NEGATIVE", False, True),
]


@pytest.mark.parametrize(("text", "parameters", "kind", "nonnegative", "nonpositive"), PARAMETRIC)
def test_signs_with_parameters(text, parameters, kind, nonnegative, nonpositive, written):
    c = written(text, *parameters)
    sign = c.field.sign(c)
    assert (sign.kind.name, sign.nonnegative, sign.nonpositive) == (kind, nonnegative, nonpositive)


NARROW = [
    # Negative only within about 6e-7 of q = 501/1000003, which no grid meets.
    ("(1000003*q - 501)**2*log(C) - 1/4", [Q]),
    # Negative only near t = 1/7 and q = 1/3.
    ("(7*t - 1)**2 + (3*q - 1)**2 - 1/1000000000000*C", [T, Q]),
    # 0 at t = log 2 only, where e**t = 2.
    ("(exp(t) - 2)**2", [T]),
    ("log(C)*(exp(t) - 2)**2 - 1/10**20", [T]),
]


@pytest.mark.parametrize(("text", "parameters"), NARROW)
def test_what_holds_at_all_sampled_points_is_not_claimed_where_it_fails(text, parameters, written):
    c = written(text, *parameters)
    assert c.field.sign(c).kind in (Kind.UNKNOWN, Kind.MIXED)


def test_a_square_that_vanishes_somewhere_is_nonnegative_and_no_more(written):
    sign = (c := written("(exp(t) - 2)**2", T)).field.sign(c)
    assert sign.kind is Kind.UNKNOWN
    assert sign.nonnegative
    assert not sign.nonpositive


def test_reals_between_whole_numbers_do_not_count(written):
    """(2C - 5)**2 - 1 is negative for C between 2 and 3 only, and 0 at both: log of it plus 2 exists for every C."""
    inner = written("(2*C - 5)**2 - 1/2")
    assert inner.field.sign(inner).kind is Kind.POSITIVE
    assert inner.ball({"C": Fraction(5, 2)}) < 0
    c = inner.field.log(inner)
    # log(1/2) at C = 2 and 3, log(17/2) at 4: the derivative by C may not be used across (2, 3).
    assert runs(c) == [("every C from 2 to 3", "NEGATIVE"), ("every C >= 4", "POSITIVE")]


def test_a_scope_that_ends(written):
    c = written("C*(30 - C)", classes=(2, 29))
    assert c.field.sign(c).kind is Kind.POSITIVE
    c = written("C*(30 - C)", classes=(2, 30))
    assert runs(c) == [("every C from 2 to 29", "POSITIVE"), ("C = 30", "ZERO")]
    c = written("1000 - C*log(C)", classes=(2, 1000))
    # 190 log 190 = 996.9, 191 log 191 = 1003.2
    assert runs(c) == [("every C from 2 to 190", "POSITIVE"), ("every C from 191 to 1000", "NEGATIVE")]


def test_a_run_of_kind_mixed_has_points_of_both_signs_in_it(written):
    c = written("g - C", G)
    (((classes, sign)),) = pieces(c)
    assert str(classes) == "every C >= 2"
    assert sign.kind is Kind.MIXED
    assert {s.sign for s in sign.points} >= {-1, 1}


def test_every_decided_run_has_a_point_in_it(written):
    c = written("(C - 7)*log(C)")
    for classes, sign in pieces(c):
        assert sign.points
        assert all(s.values["C"] in classes for s in sign.points)
        assert sign.points[0].sign == {"POSITIVE": 1, "ZERO": 0, "NEGATIVE": -1}[sign.kind.name]
