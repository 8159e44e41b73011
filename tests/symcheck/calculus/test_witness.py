"""Witnesses: the value at a point, exactly where it can be written and as a ball everywhere."""

from __future__ import annotations

from fractions import Fraction

import symcheck as sc
from symcheck.calculus.witness import witness_at
from symcheck.constants.field import Field
from symcheck.constants.sign import Sample
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.verdict import Verdict


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
