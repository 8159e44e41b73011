"""Witnesses: the value at a point, exactly where it can be written and as a ball everywhere."""

from __future__ import annotations

import re
from fractions import Fraction

import flint
import pytest
from flint import arb

import symcheck as sc
from symcheck.conditions.cases.witness_points import apart, decimals, witness_at
from symcheck.field.field import Field
from symcheck.field.signs.sign import Sample
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope


def power_at(value: int) -> str:
    field = Field(Scope(Classes(), (Parameter("n", at_least=value),)))
    c = field.power(field.number(2), -field.parameter("n"))
    sample = Sample((("C", Fraction(2)), ("n", Fraction(value))), "", 1)
    return witness_at(c, sample, "2**(-n)", "0").value


def test_a_value_that_can_be_written_is_exact() -> None:
    assert power_at(10) == "1/1024"


def test_a_number_too_long_to_be_written_is_a_decimal() -> None:
    # 2**-1000000 = 10**-301029.99566 = 1.01e-301030
    assert power_at(10**6).startswith("1.01")
    assert power_at(10**6).endswith("e-301030")


def test_a_witness_far_out_does_not_stop_the_certificate() -> None:
    cert = sc.certify("asymmetric_loss", "l2")
    assert cert.verdict is Verdict.REFUTED
    assert sc.recheck(cert.to_json()).verdict is Verdict.REFUTED


def ball(middle: str, radius: str) -> arb:
    return arb(middle, radius)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("0.353553390593", "1e-40"), ("0.353553390593000001", "1e-40")),
        (("-0.5", "1e-30"), ("-0.50000000000000000001", "1e-30")),
        (("1", "0"), ("1.00000000000000000000000000000000000001", "0")),
        (("3e-9", "1e-12"), ("3.01e-9", "2e-12")),
        (("1.5", "0.2"), ("1.95", "0.2")),
        (("1e-300", "1e-310"), ("0", "1e-310")),
        (("2", "0.999"), ("0", "0.999")),
    ],
)
def test_two_numbers_that_differ_look_different(one: tuple[str, str], other: tuple[str, str]) -> None:
    with flint.ctx.workprec(200):
        shown, decimal, its = apart(ball(*one), ball(*other))
        assert shown != its
        assert arb(shown) != arb(its)
        assert arb(decimal).overlaps(ball(*one))


@pytest.mark.parametrize(
    ("middle", "radius"), [("4.7e-5", "4.6e-5"), ("1", "0.99"), ("-1e-20", "9e-21"), ("2.5", "1e-12"), ("1e-9", "0")]
)
def test_a_number_that_is_not_zero_does_not_look_like_zero(middle: str, radius: str) -> None:
    with flint.ctx.workprec(200):
        shown, decimal = decimals(ball(middle, radius))
        assert arb(shown) != 0
        assert not re.fullmatch(r"\[\+/- .*\]", decimal)


def test_a_kink_is_shown_by_slopes_that_look_different() -> None:
    # Slopes that differ by 1e-13 were printed with twelve digits.
    text = "logsumexp(z) - z[y] + abs(z[y])/10**16 + abs(z[y])*10**(-14)"
    cert = sc.certify(text, "l2")
    assert cert.verdict is Verdict.REFUTED
    witness = cert.witness
    assert witness is not None
    (expected,) = re.findall(r"-?\d\.\d+(?:e[+-]?\d+)?", witness.expected)
    assert Fraction(expected) != Fraction(witness.value)


def test_a_value_that_moves_looks_different_from_where_it_came() -> None:
    cert = sc.certify("logsumexp(z) - z[y] + relu(total(z) - 1/2)*10**(-14)", "entropy")
    finding = cert.finding(Condition.SHIFT_INVARIANT)
    assert finding is None or finding.witness is None or finding.witness.value not in finding.witness.expected
