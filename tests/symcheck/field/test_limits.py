"""Nothing huge is begun, and an effort that runs out leaves a sign unknown."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symcheck.budget import Budget
from symcheck.field.field import Field
from symcheck.field.signs import effort, runs
from symcheck.field.signs.pieces import pieces
from symcheck.field.signs.sign import Kind
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Code, Undecided

PARAMETERS = tuple(Parameter(f"a{i}", above=0) for i in range(8))


@pytest.mark.parametrize(
    "build",
    [
        lambda f: sum((f.parameter(p.name) for p in PARAMETERS), f.C) ** 40,
        lambda f: f.exp(f.number(10**30) * f.log(f.C)),
        lambda f: f.power(f.number(3), f.number(10**12)),
        lambda f: f.power(f.C - 1, f.number(10**9)),
        lambda f: f.number(Fraction(3, 7)) ** (10**15),
    ],
)
def test_huge_results_are_refused_before_they_are_begun(build):
    with pytest.raises(Undecided) as caught:
        build(Field(Scope(Classes(), PARAMETERS)))
    assert caught.value.reason.code is Code.BUDGET


def test_products_grow_up_to_the_budget():
    field = Field(Scope(Classes(), PARAMETERS))
    base = sum((field.parameter(p.name) for p in PARAMETERS), field.C)

    def squared() -> None:
        value = base
        for _ in range(20):
            value = value * value

    with pytest.raises(Undecided) as caught:
        squared()
    assert caught.value.reason.code is Code.BUDGET


def test_a_budget_that_is_spent_stops_the_ladder(written):
    field = Field(Scope(), Budget(0))
    c = field.C * field.log(field.C) - field.C + 1
    with pytest.raises(Undecided) as caught:
        field.sign(c)
    assert caught.value.reason.code is Code.BUDGET


def test_without_effort_a_sign_stays_unknown(written, monkeypatch):
    monkeypatch.setattr(effort, "MOST_RUNGS", 0)
    monkeypatch.setattr(runs, "MOST_RUNGS", 0)
    c = written("C*(exp(t) - 27/10*t)", Parameter("t"))
    assert c.field.sign(c).kind is Kind.UNKNOWN
    assert {sign.kind for _, sign in pieces(c)} == {Kind.UNKNOWN}


def test_with_effort_it_is_known(written):
    c = written("C*(exp(t) - 27/10*t)", Parameter("t"))
    assert c.field.sign(c).kind is Kind.POSITIVE


def test_long_integers_and_high_degrees_are_not_factored(written):
    """Their logarithms stay whole, and are still right."""
    long = 10**60 + 7
    field = Field(Scope())
    c = field.log(field.number(long))
    assert c.ball({"C": 2}) > 138
    assert c.ball({"C": 2}) < 139  # 60 log 10 = 138.16
    high = written("C**500 - 1", field=field)
    assert field.sign(high).kind is Kind.POSITIVE
    assert field.log(high).text() == "log(C**500 - 1)"


def test_factors_with_long_coefficients_do_not_break(written):
    field = Field(Scope(Classes(), (Parameter("t"),)))
    c = written("exp(4*t) - 50**50", field=field)
    assert field.sign(c).kind is Kind.MIXED
