"""Interval arithmetic contains every value, and an open end is one that no value reaches."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from symcheck.field.signs import interval
from symcheck.language.interval import Interval

NUMBERS = st.fractions(min_value=-4, max_value=4, max_denominator=3)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low = draw(st.one_of(st.none(), NUMBERS))
    high = draw(st.one_of(st.none(), NUMBERS))
    made = Interval(low, high, low_open=draw(st.booleans()), high_open=draw(st.booleans()))
    assume(not made.is_empty)
    return made


def member(data: st.DataObject, side: Interval) -> Fraction:
    """A number of ``side``, often an end or very near to one."""
    near = Fraction(1, 10**6)
    ends = [e for end in (side.low, side.high) if end is not None for e in (end, end + near, end - near)]
    return data.draw(st.sampled_from([*ends, Fraction(0), Fraction(100), Fraction(-100)]).filter(lambda x: x in side))


def some_member(side: Interval) -> bool:
    near = Fraction(1, 10**6)
    ends = [e for end in (side.low, side.high) if end is not None for e in (end, end + near, end - near)]
    return any(x in side for x in [*ends, Fraction(0), Fraction(100), Fraction(-100)])


@given(intervals(), intervals(), st.data())
def test_sums_and_products_contain_their_values(a, b, data):
    assume(some_member(a) and some_member(b))
    x, y = member(data, a), member(data, b)
    assert x + y in interval.total(a, b)
    assert x * y in interval.product(a, b)


@given(intervals(), st.integers(1, 5), NUMBERS, st.data())
def test_powers_multiples_and_reciprocals_contain_their_values(a, exponent, factor, data):
    assume(some_member(a))
    x = member(data, a)
    assert x**exponent in interval.power(a, exponent)
    assert factor * x in interval.scaled(a, factor)
    if x:
        assert 1 / x in interval.reciprocal(a)


@given(intervals(), st.data())
def test_log_and_exp_contain_their_values(a, data):
    assume(some_member(a))
    x = member(data, a)
    if x > 0:
        assert overlaps(interval.point(x), interval.log, interval.log(a))
    assert overlaps(interval.point(x), interval.exp, interval.exp(a))


def overlaps(x: Interval, function, of_all: Interval) -> bool:
    """The small interval around f(x) meets f of the whole interval."""
    small = function(x)
    below = of_all.high is None or small.low is None or small.low <= of_all.high
    above = of_all.low is None or small.high is None or small.high >= of_all.low
    return below and above


def shown(text: str) -> Interval:
    low, high = text[1:-1].split(", ")
    ends = [None if end in ("-oo", "oo") else Fraction(end) for end in (low, high)]
    return Interval(ends[0], ends[1], low_open=text[0] == "(", high_open=text[-1] == ")")


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("(0, 1]", "[2, oo)", "(0, oo)"),
        ("[0, 1]", "(2, 3)", "[0, 3)"),  # 0 is reached whatever the other factor
        ("[0, 0]", "[1, 2)", "[0, 0]"),
        ("(0, 1)", "(0, 1)", "(0, 1)"),
        ("[-1, 2]", "[-3, 1]", "[-6, 3]"),
        ("(-1, 2]", "[-3, 1]", "[-6, 3)"),  # 3 = (-1)(-3) is not reached
        ("(-oo, 0]", "[1, oo)", "(-oo, 0]"),
        ("(-oo, oo)", "[0, 1]", "(-oo, oo)"),
        ("[-2, -1]", "(0, 1)", "(-2, 0)"),
    ],
)
def test_products(a, b, expected):
    assert interval.product(shown(a), shown(b)) == shown(expected)
    assert interval.product(shown(b), shown(a)) == shown(expected)


def test_exact_ends_stay_exact():
    assert interval.log(shown("(1, oo)")) == shown("(0, oo)")
    assert interval.log(shown("[1, 1]")) == shown("[0, 0]")
    assert interval.exp(shown("[0, oo)")) == shown("[1, oo)")
    assert interval.exp(shown("(-oo, 0)")) == shown("(0, 1)")
    assert interval.log(shown("(0, 1]")) == shown("(-oo, 0]")


def test_rounded_ends_are_outside_and_near():
    low = interval.log(shown("[2, oo)")).low
    # log 2 = 0.693147180559945309...
    assert Fraction(6931471, 10**7) < low < Fraction(69314719, 10**8)
    assert interval.log(shown("[2, oo)")).low_open
    high = interval.exp(shown("[0, 1]")).high
    # e = 2.718281828459045...
    assert Fraction(2718281828, 10**9) < high < Fraction(27182820, 10**7)


def test_exponentials_of_large_numbers_are_unbounded():
    assert interval.exp(shown("[0, 1000000]")) == shown("[1, oo)")
    low = interval.exp(shown("[1000000, oo)")).low
    assert low is not None
    assert low > 10**1000


@pytest.mark.parametrize(
    "other", [interval.ALL, interval.point(-2), Interval(Fraction(-1), None, low_open=True, high_open=True)]
)
def test_a_product_with_zero_is_zero(other):
    zero = interval.point(0)
    assert interval.product(zero, other) == interval.product(other, zero) == zero
