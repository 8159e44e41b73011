"""The number rule: exact numbers are themselves, short decimals are what was written, the rest is refused."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import NumberError
from symcheck.language.exact import LONGEST_NUMBER, SIGNIFICANT_DIGITS, exact, exact_text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, Fraction(3)),
        (Fraction(2, 6), Fraction(1, 3)),
        (sympy.Rational(2, 3), Fraction(2, 3)),
        (sympy.Integer(-4), Fraction(-4)),
        (np.int64(7), Fraction(7)),
        (0.1, Fraction(1, 10)),
        (-2.5e-3, Fraction(-1, 400)),
        (1e300, Fraction(10**300)),
        (0.123456, Fraction(123456, 10**6)),
        (np.float64(0.7), Fraction(7, 10)),
        (-0.0, Fraction(0)),
    ],
)
def test_numbers_that_are_accepted(value: object, expected: Fraction) -> None:
    got = exact(value)
    assert got == expected
    assert type(got.numerator) is int  # not a number of SymPy or numpy, which JSON does not know


@given(st.integers(-(10**SIGNIFICANT_DIGITS) + 1, 10**SIGNIFICANT_DIGITS - 1), st.integers(-20, 20))
def test_a_short_decimal_is_the_decimal_that_was_written(digits: int, exponent: int) -> None:
    literal = f"{digits}e{exponent}"
    assert exact(float(literal)) == Fraction(Decimal(literal)) == exact_text(literal)


@given(st.fractions())
def test_the_text_of_a_fraction_is_that_fraction(value: Fraction) -> None:
    assert exact_text(str(value)) == value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            0.1 / 9,
            "q: the float 0.011111111111111112 has 17 significant digits, so it is the rounded result of a "
            "computation and not a number that somebody wrote; write the exact value, such as Fraction(1, 90) "
            "if that is what is meant",
        ),
        (
            0.1234567,
            "q: the float 0.1234567 has 7 significant digits, so it is the rounded result of a computation and not "
            "a number that somebody wrote; write the exact value, such as Fraction(10, 81) if that is what is meant",
        ),
        (float("inf"), "q: got inf; write a finite number"),
        (float("-inf"), "q: got -inf; write a finite number"),
        (float("nan"), "q: got nan; write a finite number"),
        (True, "q: got the truth value True; write a number such as 1 or Fraction(1, 2)"),
        (
            None,
            "q: got None (NoneType); write an int, a Fraction, a SymPy Rational or a decimal of at most 6 digits",
        ),
        (
            1j,
            "q: got 1j (complex); write an int, a Fraction, a SymPy Rational or a decimal of at most 6 digits",
        ),
    ],
)
def test_numbers_that_are_refused(value: object, message: str) -> None:
    with pytest.raises(NumberError) as caught:
        exact(value, "q")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text", ["", "x", "1e", "0x10", "1_000", "1/2/3", "1.5/2", "1e2/3", "1/-2", "inf", "nan", "1 2"]
)
def test_text_that_is_no_number(text: str) -> None:
    with pytest.raises(NumberError) as caught:
        exact_text(text, "q")
    assert str(caught.value) == (f"q: got {text!r}; write an integer, a fraction or a decimal, such as 2, 7/10 or 0.7")


def test_text_with_a_zero_denominator() -> None:
    with pytest.raises(NumberError) as caught:
        exact_text("1/0", "q")
    assert str(caught.value) == "q: got '1/0', a fraction whose denominator is 0"


@pytest.mark.parametrize("text", ["9" * 5000, f"1/{'9' * 5000}"])
def test_text_longer_than_python_can_read(text: str) -> None:
    with pytest.raises(NumberError) as caught:
        exact_text(text, "q")
    assert str(caught.value) == f"q: got a number of {len(text)} characters; write at most 1000"


def test_every_number_that_is_read_can_be_shown() -> None:
    widest = f"{'9' * (LONGEST_NUMBER - 4)}e999"
    assert len(str(exact_text(widest))) == LONGEST_NUMBER - 4 + 999


@pytest.mark.parametrize(
    ("text", "expected"), [(" 7/10 ", "7/10"), ("0.7", "7/10"), (".5", "1/2"), ("-2.", "-2"), ("+1e-3", "1/1000")]
)
def test_spellings_of_one_number(text: str, expected: str) -> None:
    assert exact_text(text) == Fraction(expected)
