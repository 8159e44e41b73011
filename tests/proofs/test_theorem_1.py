"""Theorem 1 in its homogeneous form: noisy minimisers are a^(1/(k - 1)) times the clean ones, on cones."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from mpmath import fsum, mp, mpf

import symcheck as sc
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.theorems.theorem_1 import LINEAR, ONE_DEGREE
from tests.each import of_each
from tests.proofs.values import DIGITS, ROUNDING, classes_of, loss_values, random_points, regularizer_values

HOMOGENEOUS = {"l2": 2, "logit_variance": 2, "quadratic_form": 2, "quartic": 4, "cubic": 3, "l1_5": Fraction(3, 2)}
"""Penalties with g(tz) = t^k g(z) and their k > 1."""

OTHERS = ("entropy", "log_cosh", "norm", "elastic_net")
"""Penalties of degree 1, of two degrees, or of none."""

LINEAR_LOSSES = {"muh", "unhinged_margin"}
QUADRATIC_LOSSES = {"square_centred"}
"""Losses c_y + b_y'z + q(z) with sum_y b_y = 0: q = 0, and q a quadratic form."""


@of_each(names("loss"))
def test_it_applies_to_these_pairs_and_to_no_other(loss: str) -> None:
    for regularizer in ("l2", "quartic", "l1_5", *OTHERS):
        k = HOMOGENEOUS.get(regularizer)
        expected = k is not None and (loss in LINEAR_LOSSES or (loss in QUADRATIC_LOSSES and k == 2))
        cert = sc.certify(loss, regularizer)
        assert ("Theorem 1" in {t.name for t in cert.theorems}) is expected, regularizer


@of_each(names("loss"))
def test_where_it_does_not_apply_a_premise_says_so(loss: str) -> None:
    applied = sc.certify(loss, "l2").theorem("Theorem 1")
    if applied.verdict is Verdict.PROVED:
        assert loss in LINEAR_LOSSES | QUADRATIC_LOSSES
        assert applied.failing is None
        return
    assert applied.failing is not None
    assert applied.failing.witness is not None or applied.failing.reason is not None


@pytest.mark.parametrize("loss", sorted(LINEAR_LOSSES | QUADRATIC_LOSSES))
@pytest.mark.parametrize("regularizer", HOMOGENEOUS)
def test_the_parts_scale_as_it_says(loss: str, regularizer: str) -> None:
    k = HOMOGENEOUS[regularizer]
    if loss in QUADRATIC_LOSSES and k != 2:
        return
    c = classes_of("loss", loss)
    value, g = loss_values(loss, c), regularizer_values(regularizer, c)
    zero = [Fraction(0)] * c
    with mp.workdps(DIGITS):
        at_0 = [value(zero, y) for y in range(c)]
        power = mpf(2) ** (mpf(k.numerator) / k.denominator)
        for z in random_points(c, 3):
            twice = [2 * x for x in z]
            one, two = ([value(x, y) - at_0[y] for y in range(c)] for x in (z, twice))
            ins_1, ins_2 = fsum(one) / c, fsum(two) / c
            assert all(abs((q - ins_2) - 2 * (p - ins_1)) < ROUNDING for p, q in zip(one, two, strict=True))
            assert abs((ins_2 + g(twice)) - power * (ins_1 + g(z))) < ROUNDING


@pytest.mark.parametrize(("k", "factor"), [(2, 1), (3, Fraction(1, 2)), (4, Fraction(1, 3)), (Fraction(3, 2), 2)])
def test_the_factor_on_a_ray_in_closed_form(k: Fraction, factor: Fraction) -> None:
    # outputs t u, t >= 0, risk -a s t + q t^k with s, q > 0: t = (a s/(k q))^(1/(k - 1)) = a^(1/(k - 1)) t_clean
    a, s, q = sp.symbols("a s q", positive=True)
    exponent = sp.Rational(Fraction(k).numerator, Fraction(k).denominator)
    t = (a * s / (exponent * q)) ** (1 / (exponent - 1))
    assert sp.simplify(-a * s + exponent * q * t ** (exponent - 1)) == 0
    power = sp.Rational(Fraction(factor).numerator, Fraction(factor).denominator)
    assert sp.simplify(t / t.subs(a, 1) - a**power) == 0


def test_a_loss_that_is_no_polynomial_is_recognised() -> None:
    """What depends on the label is linear, and the rest is of the degree of g."""
    cert = sc.certify(lambda z, y: sc.mean(z) - z[y] + sc.total(sc.abs(z) ** 3), "cubic")
    assert cert.theorem("Theorem 1").verdict is Verdict.PROVED
    half = sc.certify(lambda z, y: (3 * (sc.mean(z) - z[y]) + sc.total(z**4)) / 7, "quartic")
    assert half.theorems[0].name == "Theorem 1"


NEAR_MISSES = {
    "the rest has another degree than g": (lambda z, y: sc.mean(z) - z[y] + sc.total(z**4), "l2", ONE_DEGREE),
    "the rest has degree 1": (lambda z, y: sc.mean(z) - z[y] + sc.amax(z) - sc.mean(z), "l2", None),
    "two degrees": (lambda z, y: sc.mean(z) - z[y] + sc.total(z**4) + sc.total(z**2), "l2", ONE_DEGREE),
    "the rest depends on the label": (lambda z, y: sc.mean(z) - z[y] + z[y] ** 2, "l2", LINEAR),
    "a label-dependent part of degree 4": (lambda z, y: sc.mean(z) - z[y] + z[y] ** 4, "quartic", LINEAR),
    "cross entropy": ("cross_entropy", "l2", ONE_DEGREE),
    "a penalty of degree 1": ("muh", "norm", ONE_DEGREE),
    "a penalty of no degree": ("muh", "log_cosh", ONE_DEGREE),
    "a drift": (lambda z, y: sc.mean(z) - z[y] + sc.total(z) / 100, "l2", None),
    "weights": ("class_weighted_ce", "l2", None),
    "no signal": (lambda z, y: sc.total(z**2), "l2", None),
    "the wrong sign": (lambda z, y: z[y] - sc.mean(z), "l2", None),
}


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_a_near_miss_is_not_proved(name: str) -> None:
    loss, regularizer, statement = NEAR_MISSES[name]
    cert = sc.certify(loss, regularizer)
    applied = cert.theorem("Theorem 1")
    assert applied.verdict is not Verdict.PROVED
    assert "Theorem 1" not in {t.name for t in cert.theorems}
    if statement is not None:
        assert applied.verdict is Verdict.REFUTED
        assert next(p for p in applied.premises if p.verdict is Verdict.REFUTED).statement == statement


def test_it_asks_for_a_cone_and_says_where_it_deviates() -> None:
    applied = sc.certify("muh", "quartic").theorem("Theorem 1")
    assert applied.assumptions == ("the family of outputs is a cone: Z in F <=> tZ in F for t > 0",)
    assert "k = 2" in applied.theorem.deviation
