"""Theorem 2' on cones: the limit problem, and what it asks of l and g far from 0."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symcheck as sc
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.theorems.base import BOUNDS, NO_TIES
from tests.each import of_each

NAME = "Theorem 2'"


@pytest.mark.parametrize("loss", names("loss"))
def test_it_applies_with_theorem_3(loss: str) -> None:
    for regularizer in ("l2", "entropy", "quartic"):
        cert = sc.certify(loss, regularizer)
        applied = cert.theorem(NAME)
        assert applied.verdict is cert.theorem("Theorem 3").verdict
        if applied.verdict is Verdict.PROVED:
            assert NO_TIES in applied.assumptions
            assert "the minimiser of l_lin + g_sq on the cone is unique and not 0" in applied.assumptions


@of_each(names("loss"))
def test_that_minimisers_are_held_is_assumed_where_it_is_not_shown(loss: str) -> None:
    cert = sc.certify(loss, "l2")
    applied = cert.theorem(NAME)
    if applied.verdict is not Verdict.PROVED:
        assert BOUNDS in applied.assumptions
        return
    held = cert.property(Condition.MINIMISERS_HELD).verdict
    assert (BOUNDS in applied.assumptions) is (held is Verdict.UNDECIDED)
    assert held is Verdict.PROVED or loss == "taylor_softmax_ce"  # whose logarithms are not bounded from below here


def test_the_limit_problem_on_a_ray_in_closed_form() -> None:
    # outputs t u, t >= 0, one label: t/alpha -> max(0, -<b, u>)/(u'Hu), times a with noise
    b, u, h, a = (Fraction(-2, 3), Fraction(1, 3), Fraction(1, 3)), (1, 0, -1), 1, Fraction(2, 5)
    slope = sum(x * y for x, y in zip(b, u, strict=True))
    bend = h * sum(x * x for x in u)
    assert -slope / bend == Fraction(1, 2)
    assert -a * slope / bend == a * Fraction(1, 2)


@pytest.mark.parametrize(
    ("loss", "regularizer"),
    [("class_weighted_ce", "l2"), ("square", "l2"), ("cross_entropy", "quartic"), ("focal_detached", "l2")],
)
def test_it_is_not_proved_outside_its_premises(loss: str, regularizer: str) -> None:
    assert sc.certify(loss, regularizer).theorem(NAME).verdict is not Verdict.PROVED
