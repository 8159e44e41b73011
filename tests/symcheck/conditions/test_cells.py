"""Cells: where a constant changes its sign, told in the parameters of the whole scope; simple witnesses."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symcheck as sc
from symcheck.conditions.cases.cells import cells
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.cases.witness_points import simple
from symcheck.conditions.cases.zeros import floor_of, last_wholes_below, zeros
from symcheck.field.constant_reading import constant
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind, Sample
from symcheck.language.formula import Formula
from symcheck.language.interval import Interval
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Scalar

F = Fraction
C = Scalar("classes")
t = Parameter("t", above=0)
u = Parameter("u", at_least=-1, at_most=2)
n = Parameter("n", at_least=1, at_most=9, integer=True)


def signs(term, **scope):
    """The signs from cell to cell, each cell cut again as long as its sign is open."""
    todo, done = [Part(Formula.of(term), Scope(scope.get("classes", Classes()), Formula.of(term).parameters))], []
    while todo:
        part = todo.pop(0)
        field = Field(part.scope)
        value = constant(field, part.formula)
        kind = field.sign(value).kind
        if kind in (Kind.MIXED, Kind.UNKNOWN):
            todo = cells(part, value) + todo
        else:
            done.append(f"{part.name}: {kind.value}")
    return done


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (t - 2, ["every C >= 2, t < 2: < 0", "every C >= 2, t = 2: = 0", "every C >= 2, t > 2: > 0"]),
        (t - C, ["every C >= 2, t < C: < 0", "every C >= 2, t = C: = 0", "every C >= 2, t > C: > 0"]),
        (u + 1, ["every C >= 2, u = -1: = 0", "every C >= 2, u > -1: > 0"]),
        (u - 2, ["every C >= 2, u < 2: < 0", "every C >= 2, u = 2: = 0"]),
        (u - C, ["C = 2, u < 2: < 0", "C = 2, u = 2: = 0", "every C >= 3: < 0"]),
        (C - 4, ["every C from 2 to 3: < 0", "C = 4: = 0", "every C >= 5: > 0"]),
        (2 * n - 5, ["every C >= 2, n <= 2: < 0", "every C >= 2, n >= 3: > 0"]),
        (n - 4, ["every C >= 2, n <= 3: < 0", "every C >= 2, n = 4: = 0", "every C >= 2, n >= 5: > 0"]),
        ((n - 2) * (n - 6), ["every C >= 2, n = 1: > 0", "every C >= 2, n = 2: = 0",
                             "every C >= 2, n >= 3 and n <= 5: < 0", "every C >= 2, n = 6: = 0",
                             "every C >= 2, n >= 7: > 0"]),
        (n**3 - 30, ["every C >= 2, n <= 3: < 0", "every C >= 2, n >= 4: > 0"]),
        (sc.log(t) - sc.log(3), ["every C >= 2, t < 3: < 0", "every C >= 2, t = 3: = 0", "every C >= 2, t > 3: > 0"]),
        (sc.exp(2 * t) - 3, ["every C >= 2, t < log(3)/2: < 0", "every C >= 2, t = log(3)/2: = 0",
                             "every C >= 2, t > log(3)/2: > 0"]),
        (n - sc.log(50), ["every C >= 2, n <= 3: < 0", "every C >= 2, n >= 4: > 0"]),  # log 50 = 3.91
    ],
)  # fmt: skip
def test_the_cells_of_a_sign(term, expected):
    assert sorted(signs(term)) == sorted(expected)


def test_a_parameter_of_whole_numbers_stays_one_where_the_cut_is_a_number():
    scope = Scope(Classes(), (n,))
    field = Field(scope)
    part, *_ = cells(Part(Formula.of(2 * n - 5), scope), 2 * field.parameter("n") - 5)
    assert [p.interval.integer for p in part.scope.parameters] == [True]
    assert not part.is_wider


def test_zeros_and_floors():
    field = Field(Scope(Classes(), (t,)))
    at = field.parameter("t")
    assert [z.text() for z in zeros(at * at - 2, "t") or ()] == ["-2**(1/2)", "2**(1/2)"]
    assert [floor_of(z) for z in zeros(at * at - 2, "t") or ()] == [-2, 1]
    assert zeros(at * at + 1, "t") is None
    assert zeros(field.exp(at) + at, "t") is None
    whole = Field(Scope(Classes(), (n,)))
    assert last_wholes_below(whole.parameter("n") ** 3 - 30, "n") == [3]
    assert floor_of(field.number(F(-7, 2))) == -4
    assert floor_of(field.C) is None


@pytest.mark.parametrize(
    ("far", "expected"),
    [(F(1, 10**40), F(1, 2)), (F(10**40), F(1)), (F(5, 17), F(1, 2))],
)
def test_a_witness_is_moved_to_a_simple_number(far, expected):
    # the sign of 3 - t near 0, of 1 + t far out, and of 1/3 - t at 5/17: simpler numbers have it too
    field = Field(Scope(Classes(), (t,)))
    value = {F(1, 10**40): 3 - field.parameter("t"), F(10**40): 1 + field.parameter("t")}.get(
        far, F(2, 3) - field.parameter("t")
    )
    ball = value.ball({"C": F(2), "t": far})
    sample = Sample((("C", F(2)), ("t", far)), "", 1 if ball > 0 else -1)
    found = simple(value, sample).values["t"]
    assert found in t.interval
    assert max(found.numerator, found.denominator) <= 12
    assert (value.ball({"C": F(2), "t": found}) > 0) == (ball > 0)
    assert found in (expected, F(1))


def test_where_only_a_small_cell_has_the_sign_the_number_is_the_simplest_of_it():
    # 0 < t < 1/1000: 1/1001 has the smallest denominator of all fractions there
    field = Field(Scope(Classes(), (t,)))
    value = field.parameter("t") - F(1, 1000)
    sample = Sample((("C", F(2)), ("t", F(1, 10**9))), "", -1)
    found = simple(value, sample).values["t"]
    assert 0 < found < F(1, 1000)
    assert found.denominator < 10**5


@pytest.mark.parametrize(
    ("relation", "end", "shown"),
    [
        ("<", F(1), "[-1, 1)"), ("<=", F(1), "[-1, 1]"), (">", F(1), "(1, 2]"), (">=", F(2), "[2, 2]"),
        ("=", F(0), "[0, 0]"), ("<", F(5), "[-1, 2]"), (">", F(-3), "[-1, 2]"),
    ],
)  # fmt: skip
def test_an_interval_is_cut(relation, end, shown):
    assert str(u.interval.cut(relation, end)) == shown
    assert u.interval.cut("=", F(7)).is_empty
    assert u.interval.cut(">", F(2)).is_empty
    assert Interval(F(1, 2), F(5, 2), low_open=True, high_open=True, integer=True).whole_ends == (F(1), F(2))


@pytest.mark.parametrize(
    "ends",
    [
        {"above": "3/2", "at_most": 4}, {"above": "-1/2"}, {"below": "7/2"}, {"at_least": "1/3", "below": "22/7"},
        {"above": "1/2", "below": "3/2"}, {"at_least": "-9/2", "at_most": "-7/2"},
    ],
)  # fmt: skip
def test_whole_numbers_between_ends_that_are_none_have_a_sample(ends: dict[str, str]) -> None:
    """The samples are looked for among the whole numbers inside, where the ends are no whole numbers."""
    n = Parameter("n", integer=True, **ends)  # type: ignore[arg-type]
    found = sc.certify(lambda z, y: n**2 * (sc.logsumexp(z) - z[y]), "l2")
    cases = [case for case in found.cases if case.where != "n = 0"]
    assert {case.verdict for case in cases} == {sc.Verdict.PROVED}
