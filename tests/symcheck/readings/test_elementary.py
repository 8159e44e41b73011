"""Functions of constants against intervals that contain their values."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
import sympy
from flint import ctx
from hypothesis import given
from hypothesis import strategies as st

from symcheck.budget import Budget
from symcheck.readings.orbit.elementary import Constants, NoValue
from symcheck.readings.orbit.laurent import ONE, ZERO, rational
from symcheck.reason import Code, Undecided

C = sympy.Symbol("C", positive=True, integer=True)
Q = sympy.Symbol("q", positive=True)
A = sympy.Symbol("a", real=True)
VALUES = {"C": Fraction(7), "q": Fraction(3, 10), "a": Fraction(-2, 7)}


def constants():
    return Constants(Budget())


def samples(known):
    """Values of every kind; those of ``positive`` are positive at VALUES, though that is not plain for each."""
    c, q, a = known.symbol(C), known.symbol(Q), known.symbol(A)
    positive = [
        ONE, rational(Fraction(8, 9)), c, q, known.inverse(c), c - ONE, ONE - known.inverse(c), c + q, a + ONE, a * a,
        known.log(c), known.exp(a), known.power(c, q), known.power(c - ONE, -q), rational(2) * c * q, ONE - a,
        known.power(a * a, rational(Fraction(1, 2))), known.exp(q * c) * rational(3), -a,
        known.inverse(a * a - ONE) * -c,
    ]  # fmt: skip
    return positive, [*positive, a, -c, ZERO, q - ONE, known.inverse(a), known.log(q)]


def check(tools, known, found, expected):
    """``found`` has the value ``expected``, which mpmath computed with 110 digits, to 80 of them."""
    interval = tools.enclosure(known.expression(found), VALUES)
    error = mpmath.nstr(max(1, abs(expected)) * mpmath.mpf("1e-80"), 5)
    assert tools.near(interval, expected, error), (known.expression(found), interval, expected)
    assert not tools.near(interval, expected + 3 * mpmath.mpf(error), error)


def number(tools, known, a):
    with ctx.workprec(400):
        return mpmath.mpf(tools.enclosure(known.expression(a), VALUES).mid().str(110, radius=False))


POSITIVE = st.integers(0, 19)
ANY = st.integers(0, 25)


@given(i=POSITIVE, j=ANY)
def test_functions_have_the_right_values(tools, i, j):
    known = constants()
    positive, every = samples(known)
    a, b = positive[i], every[j]
    with mpmath.workdps(110):
        x, y = number(tools, known, a), number(tools, known, b)
        check(tools, known, known.log(a), mpmath.log(x))
        check(tools, known, known.exp(b), mpmath.exp(y))
        check(tools, known, known.power(a, b), x**y)
        check(tools, known, known.inverse(a), 1 / x)
        check(tools, known, known.product(a, b), x * y)
        check(tools, known, known.reduced(known.product(b, known.inverse(a))), y / x)
        check(tools, known, known.power(b, rational(3)), y**3)
        check(tools, known, known.power(a, rational(-15)), x**-15)
        check(tools, known, known.power(a, rational(Fraction(3, 2))), mpmath.sqrt(x) ** 3)


def test_roots_do_not_lose_a_sign():
    # sqrt(a^2) is |a| and log(a^2) is not 2 log a: a is not known to be positive, and is negative here.
    known = constants()
    a = known.symbol(A)
    assert known.expression(known.power(a * a, rational(Fraction(1, 2)))) == sympy.Abs(A)
    assert known.log(a * a) != known.log(a) * rational(2)
    q = known.symbol(Q)
    assert known.power(q * q, rational(Fraction(1, 2))) == q
    assert known.log(q * q) == known.log(q) * rational(2)


def test_powers_and_logarithms_undo_each_other():
    known = constants()
    c, q = known.symbol(C), known.symbol(Q)
    assert known.exp(known.log(c)) == c
    assert known.log(known.exp(c * q)) == c * q
    assert known.power(known.power(c, q), known.inverse(q)) == c
    assert known.power(c, q) * known.power(c, -q) == ONE
    assert known.power(c, known.inverse(known.log(c))) == known.exp(ONE)
    assert known.power(known.inverse(c), q) == known.inverse(known.power(c, q))
    assert known.power(rational(4) * c, q) == known.power(rational(4), q) * known.power(c, q)
    half = rational(Fraction(1, 2))
    assert known.exp(half * known.log(rational(5)) * rational(6)) == rational(125)


def test_denominators_are_one_constant_whatever_their_sign_and_content():
    known = constants()
    c = known.symbol(C)
    assert known.inverse(c - ONE) == -known.inverse(ONE - c)
    assert known.inverse(ONE - known.inverse(c)) == c * known.inverse(c - ONE)
    assert known.inverse(rational(3) * c - rational(3)) == rational(Fraction(1, 3)) * known.inverse(c - ONE)


def test_denominators_that_divide_are_cancelled():
    known = constants()
    c = known.symbol(C)
    below = known.inverse(c - ONE)
    assert known.reduced(c * below - below) == ONE
    assert known.reduced((c * c - ONE) * below * below) == (c + ONE) * below
    assert known.reduced(c * below) == c * below  # nothing to cancel
    assert known.reduced(ZERO) == ZERO


def test_signs_are_told_where_they_are_plain():
    known = constants()
    c, q, a = known.symbol(C), known.symbol(Q), known.symbol(A)
    assert known.sign(ZERO) == 0
    assert known.sign(rational(-3)) == -1
    assert known.sign(c * q + known.power(c, -q) + ONE) == 1
    assert known.sign(-known.exp(a)) == -1
    assert known.sign(known.inverse(c + q)) == 1
    assert known.sign(known.log(rational(3)) - known.log(rational(Fraction(1, 3)))) == 1
    for unclear in (c - ONE, a, a * a, known.log(c), known.log(q), known.inverse(c - ONE)):
        assert known.sign(unclear) is None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda k: k.log(ZERO), "the logarithm of 0"),
        (lambda k: k.log(rational(-2)), "the logarithm of a negative number"),
        (lambda k: k.log(-k.symbol(C)), "the logarithm of a negative number"),
        (lambda k: k.inverse(ZERO), "a quotient by 0"),
        (lambda k: k.power(ZERO, rational(-1)), "a quotient by 0"),
        (lambda k: k.power(ZERO, rational(Fraction(1, 2))), "the logarithm of 0"),
        (lambda k: k.power(rational(-8), rational(Fraction(1, 3))), "the logarithm of a negative number"),
    ],
)
def test_what_has_no_value(make, message):
    with pytest.raises(NoValue) as error:
        make(constants())
    assert str(error.value) == message


def test_numbers_too_large_to_write_are_refused():
    for make in (
        lambda k: k.power(rational(3), rational(10**9)),
        lambda k: k.power(rational(3), rational(Fraction(10**9 + 1, 2))),
        lambda k: k.power(rational(2) * k.symbol(C), rational(-(10**9))),
    ):
        with pytest.raises(Undecided) as stop:
            make(constants())
        assert stop.value.reason.code is Code.BUDGET
    known = constants()
    assert known.expression(known.power(known.symbol(C), rational(10**9))) == C ** (10**9)
    assert known.power(ONE, rational(10**9)) == ONE


def test_rules_are_evaluated_term_by_term():
    known = constants()
    x, y = sympy.symbols("x y")
    c, q = known.symbol(C), known.symbol(Q)
    rule = 3 * x**y / 2 + sympy.exp(-x) * sympy.log(y) - x**-2
    found = known.expression(known.at(rule, {x: c, y: q}))
    assert found == 3 * C**Q / 2 + sympy.exp(-C) * sympy.log(Q) - C**-2
