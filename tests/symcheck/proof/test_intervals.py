"""Intervals of rational numbers against mpmath at 60 digits, and numbers that are seen to be 0."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.proof.check import Refused
from symcheck.proof.witnesses import exact
from symcheck.proof.witnesses.intervals import LARGEST, LONGEST, WIDTH, Interval, exp_ends, log_ends, outward

DIGITS = 60


def real(x: Fraction) -> mpmath.mpf:
    return mpmath.mpf(x.numerator) / x.denominator


def near(low: Fraction, high: Fraction, value: mpmath.mpf) -> bool:
    """Whether the two numbers lie around the value, and within 10^-30 of it."""
    close = abs(real(high) - real(low)) <= mpmath.mpf(10) ** -30 * max(1, abs(value))
    slack = mpmath.mpf(10) ** -50 * max(1, abs(value))  # of mpmath's own rounding
    return bool(close and real(low) <= value + slack and value - slack <= real(high))


FRACTIONS = st.fractions(min_value=-100, max_value=100, max_denominator=10**6)
# Near 1, tiny, huge, and with many digits.
POSITIVE = st.one_of(
    st.fractions(min_value=Fraction(1, 10**6), max_value=10**6, max_denominator=10**6),
    st.integers(1, 300).map(lambda k: 1 + Fraction(1, 2**k)),
    st.integers(1, 300).map(lambda k: 1 - Fraction(1, 2**k)),
    st.integers(1, 300).map(lambda k: Fraction(7, 3) ** k),
    st.integers(1, 300).map(lambda k: Fraction(3, 7) ** k),
)


@given(FRACTIONS)
def test_exponentials(q: Fraction) -> None:
    with mpmath.workdps(DIGITS + 50):
        low, high = exp_ends(q)
        value = mpmath.exp(real(q))
        assert real(low) <= value * (1 + mpmath.mpf(10) ** -DIGITS)
        assert value * (1 - mpmath.mpf(10) ** -DIGITS) <= real(high)
        assert real(high) - real(low) <= value * mpmath.mpf(10) ** -30


@pytest.mark.parametrize(
    "q", ["1/1000000000000000000000000000000000000000000000000", "-2048", "2048", "1/3", "-1/2", "0"]
)
def test_exponentials_at_ends(q: str) -> None:
    with mpmath.workdps(DIGITS + 50):
        low, high = exp_ends(Fraction(q))
        value = mpmath.exp(real(Fraction(q)))
        assert real(low) <= value * (1 + mpmath.mpf(10) ** -DIGITS)
        assert value * (1 - mpmath.mpf(10) ** -DIGITS) <= real(high)


@given(POSITIVE)
def test_logarithms(q: Fraction) -> None:
    with mpmath.workdps(DIGITS + 50):
        low, high = log_ends(q)
        assert near(low, high, mpmath.log(real(q)))


def test_too_large_numbers_are_refused() -> None:
    for q in (Fraction(LARGEST + 1), Fraction(-LARGEST - 1), Fraction(10) ** 30):
        with pytest.raises(Refused, match=r"^point: "):
            exp_ends(q)
    for x in (Fraction(2) ** LONGEST, Fraction(1, 3**LONGEST)):
        with pytest.raises(Refused, match=r"^point: "):
            Interval(x)


@given(st.integers(-(2**600), 2**600), st.integers(1, 2**600))
def test_numbers_are_rounded_outwards(n: int, d: int) -> None:
    x = Fraction(n, d)
    low, high = outward(x, -1), outward(x, 1)
    assert low <= x <= high
    assert high - low <= abs(x) / 2 ** (WIDTH - 2)
    assert (low == 0) == (x == 0) == (high == 0)  # what is not 0 does not become 0


@given(*[FRACTIONS] * 4, st.sampled_from(["add", "mul"]))
def test_ends_hold_what_lies_between(a: Fraction, b: Fraction, s: Fraction, r: Fraction, op: str) -> None:
    """Points inside two intervals: their sum and product lie in those of the intervals."""
    x, y = Interval(min(a, b), max(a, b)), Interval(min(s, r), max(s, r))
    made = x + y if op == "add" else x * y
    for u in (a, b, (a + b) / 2, (2 * a + b) / 3):
        for v in (s, r, (s + r) / 2):
            assert made.low <= (u + v if op == "add" else u * v) <= made.high


@given(POSITIVE, st.fractions(min_value=-5, max_value=5, max_denominator=60))
def test_powers(q: Fraction, b: Fraction) -> None:
    with mpmath.workdps(DIGITS + 200):
        found = Interval(q).power(b)
        value = mpmath.power(real(q), real(b))
        assert real(found.low) <= value * (1 + mpmath.mpf(10) ** -DIGITS)
        assert value * (1 - mpmath.mpf(10) ** -DIGITS) <= real(found.high)


def test_signs() -> None:
    assert [Interval(Fraction(x)).sign for x in (-1, 0, 1)] == [-1, 0, 1]
    assert [Interval(Fraction(a), Fraction(b)).sign for a, b in ((-1, 1), (0, 1), (-1, 0), (1, 2))] == [None] * 3 + [1]


def number(x: Fraction | int) -> Interval:
    return Interval(Fraction(x))


def less(x: Interval, y: Interval) -> Interval:
    return x + number(-1) * y


ZEROS = {
    "sqrt(8) - 2 sqrt(2)": lambda: less(number(8).power(Fraction(1, 2)), number(2) * number(2).power(Fraction(1, 2))),
    "2/sqrt(2) - sqrt(2)": lambda: less(
        number(2) * number(2).power(Fraction(1, 2)).power(Fraction(-1)), number(2).power(Fraction(1, 2))
    ),
    "log 12 - log 4 - log 3": lambda: less(less(number(12).log(), number(4).log()), number(3).log()),
    "log(3/4) - log 3 + 2 log 2": lambda: (
        less(number(Fraction(3, 4)).log(), number(3).log()) + number(2) * number(2).log()
    ),
    "log 2 log 3 - log 3 log 2": lambda: less(number(2).log() * number(3).log(), number(3).log() * number(2).log()),
    "exp(log(5)/2) - sqrt(5)": lambda: less(
        (number(5).log() * number(Fraction(1, 2))).exp(), number(5).power(Fraction(1, 2))
    ),
    "exp(1) exp(-1) - 1": lambda: less(number(1).exp() * number(-1).exp(), number(1)),
    "log(exp(2) sqrt(3)) - 2 - log(3)/2": lambda: less(
        less((number(2).exp() * number(3).power(Fraction(1, 2))).log(), number(2)),
        number(Fraction(1, 2)) * number(3).log(),
    ),
}


@pytest.mark.parametrize("name", ZEROS)
def test_numbers_that_are_0(name: str) -> None:
    assert ZEROS[name]().sign == 0


@given(POSITIVE, POSITIVE, st.fractions(min_value=-3, max_value=3, max_denominator=12), st.integers(-3, 3))
def test_exact_numbers_are_in_their_intervals(p: Fraction, q: Fraction, b: Fraction, k: int) -> None:
    """What is said exactly is the number that the interval holds, so that 0 is said of 0 alone."""
    x = number(p).power(b) * number(k) + number(q).log() * number(b) + number(b).exp()
    if x.number is None:
        return
    with mpmath.workdps(400):
        value = mpmath.mpf(0)
        for (r, roots, logs), a in x.number.items():
            term = real(a) * mpmath.exp(real(r))
            for base, e in roots:
                term *= mpmath.power(base, real(e))
            for base, e in logs:
                term *= mpmath.log(base) ** int(e)
            value += term
        slack = mpmath.mpf(10) ** -350 * max(1, abs(value))
        assert real(x.low) - slack <= value <= real(x.high) + slack


def test_what_is_no_such_number() -> None:
    two_terms = exact.plus(exact.number(Fraction(1)), exact.power(exact.number(Fraction(2)), Fraction(1, 2)))
    assert exact.power(two_terms, Fraction(1, 2)) is None
    assert exact.log(two_terms) is None
    assert exact.exp(two_terms) is None
    assert exact.log(exact.number(Fraction(-1))) is None
    assert exact.power(exact.number(Fraction(-8)), Fraction(1, 3)) is None
    assert exact.log({}) is None
    assert exact.power({}, Fraction(1, 2)) is None
    assert exact.power(exact.number(Fraction(2)), Fraction(10**6)) is None  # too long
