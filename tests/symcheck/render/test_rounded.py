"""Decimals beside exact values: rounded as a computation with many more digits rounds them."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_EVEN, Context, Decimal

import mpmath
import pytest
import sympy as sp

from symcheck.certificates.certify import certify
from symcheck.render.rounded import rounded

VALUES = {
    "a power": sp.Integer(3) ** sp.Rational(7, 10) / 10,
    "a logarithm": 1 / (10 * sp.log(10)),
    "a sum": sp.log(3) / 7 - sp.Rational(5, 3),
    "small": sp.exp(-20) * sp.sqrt(7),
    "large": sp.Integer(10) ** 20 * sp.sqrt(2),
    "five digits before the point": sp.sqrt(2) * 12345,
    "a long fraction": sp.Rational(123456, 7),
    "hyperbolic": sp.tanh(sp.Rational(1, 3)) * sp.cosh(2),
    "an angle": sp.acos(sp.Rational(1, 3), evaluate=False) + sp.atan(5) - sp.erf(1),
    "just above the middle": sp.Rational(12345, 100000) + sp.exp(-200),
    "just below the middle": sp.Rational(12345, 100000) - sp.exp(-200),
    "just below a power of 10": 1 - sp.exp(-30),
}


def wanted(value: sp.Expr) -> Decimal:
    """The value with 150 digits, rounded once."""
    with mpmath.workdps(160):
        exact = Decimal(mpmath.nstr(mpmath.mpf(sp.N(value, 150)), 140))
    digits = max(4, exact.adjusted() + 1) if exact.adjusted() < 6 else 4
    return Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(exact)


@pytest.mark.parametrize("name", VALUES)
def test_values(name: str) -> None:
    assert Decimal(rounded(VALUES[name])) == wanted(VALUES[name])


def test_random_values() -> None:
    draw = random.Random(4)
    for _ in range(60):
        a, b, c = (draw.randint(1, 400) for _ in range(3))
        value = sp.Rational(a, b) * sp.Integer(c) ** sp.Rational(draw.randint(1, 9), 10) - sp.log(a + 1) / c
        if not value.is_Rational:
            assert Decimal(rounded(value)) == wanted(value)


def test_what_needs_none_has_none() -> None:
    for value in (sp.Integer(7), sp.Rational(2, 3), sp.Rational(-999, 100), sp.Symbol("q"), sp.Integer(10) ** 9):
        assert rounded(value) == ""


def test_the_digits_are_four() -> None:
    assert [rounded(v) for v in (VALUES["just above the middle"], VALUES["just below the middle"])] == [
        "0.1235",
        "0.1234",
    ]
    assert rounded(VALUES["just below a power of 10"]) == "1.000"
    assert rounded(sp.exp(-20)) == "2.061e-9"


def test_where_c_is_given_a_page_has_it() -> None:
    cert = certify("gce", "l2", classes=10).at(q="7/10")
    assert "tier SCALED with kappa = 10**(3/10)/10 ~ 0.1995:" in str(cert)
    assert r"$\kappa = \frac{10^{\frac{3}{10}}}{10}$ $\approx 0.1995$:" in cert.to_markdown()
    assert "~" not in str(certify("mae", "l2", classes=3))
    assert "~" not in str(certify("gce", "l2"))
