"""Laurent polynomials against their values at rational points."""

from __future__ import annotations

from fractions import Fraction
from math import prod

from hypothesis import given
from hypothesis import strategies as st

from symcheck.readings.orbit.laurent import ONE, ZERO, Laurent, exact_quotient, joined, power_of, rational

POINT = {0: Fraction(3, 2), 1: Fraction(-5, 7), 2: Fraction(11)}
MONOMIALS = st.dictionaries(st.sampled_from([0, 1, 2]), st.sampled_from([-2, -1, 1, 2])).map(
    lambda powers: tuple(sorted(powers.items()))
)
NUMBERS = st.fractions(-9, 9, max_denominator=5).filter(bool)
SUMS = st.dictionaries(MONOMIALS, NUMBERS, max_size=5).map(Laurent)


def value(a):
    return sum((c * prod(POINT[place] ** e for place, e in m) for m, c in a.terms.items()), Fraction(0))


@given(SUMS, SUMS)
def test_arithmetic_is_that_of_the_values(a, b):
    assert value(a + b) == value(a) + value(b)
    assert value(a - b) == value(a) - value(b)
    assert value(a * b) == value(a) * value(b)
    assert value(-a) == -value(a)


@given(SUMS, SUMS, SUMS)
def test_equal_sums_are_equal_terms(a, b, c):
    assert a * (b + c) == a * b + a * c
    assert hash(a * b) == hash(b * a)
    assert a - a == ZERO
    assert not (a - a).terms


@given(SUMS, SUMS.filter(bool))
def test_products_are_divided_again(a, b):
    assert exact_quotient(a * b, b) == a


@given(SUMS, SUMS.filter(bool))
def test_a_quotient_times_the_divisor_is_the_dividend(a, b):
    quotient = exact_quotient(a, b)
    assert quotient is None or quotient * b == a


def test_what_does_not_divide_has_no_quotient():
    c = power_of(0)
    assert exact_quotient(ONE, c - rational(2)) is None
    assert exact_quotient(c * c - rational(4) + ONE, c - rational(2)) is None
    assert exact_quotient(c * c - rational(4), c - rational(2)) == c + rational(2)
    assert exact_quotient(power_of(1) + c, c) == ONE + power_of(1) * power_of(0, -1)


def test_fractional_exponents_add():
    half = ((0, Fraction(1, 2)),)
    assert joined(half, half) == ((0, 1),)
    assert joined(half, ((0, Fraction(-1, 2)),)) == ()
    root = power_of(0, Fraction(1, 2))
    assert root * root == power_of(0)


def test_numbers_are_recognised():
    assert rational(0).number == 0
    assert rational(Fraction(2, 3)).number == Fraction(2, 3)
    assert power_of(0).number is None
    assert (power_of(0) - power_of(0) + ONE).number == 1


@given(st.dictionaries(MONOMIALS, st.integers(-9, 9).filter(bool), max_size=4).map(Laurent), SUMS.filter(bool))
def test_coefficients_are_exact_whether_they_are_whole_or_not(a, b):
    """Whole ones are ints, whose quotient would be a float."""
    for found in (a * b, a - b, exact_quotient(a * b, b), exact_quotient(a, b) or ZERO):
        assert all(isinstance(c, (int, Fraction)) for c in found.terms.values())
