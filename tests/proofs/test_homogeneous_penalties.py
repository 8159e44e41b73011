"""Theorem 2' for homogeneous penalties: the Hessian of g at 0 vanishes or is missing."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symcheck as sc
from symcheck.catalogue import names
from symcheck.tier import Tier
from symcheck.verdict import Verdict
from tests.proofs.table import LOSSES, NOT_C2

NAME = "Theorem 2' for homogeneous penalties"
DEGREES = {"quartic": 4, "cubic": 3, "l1_5": Fraction(3, 2), "max_squared": 2}
"""Penalties of one degree k > 1 that are no definite quadratic form."""


@pytest.mark.parametrize("regularizer", names("regularizer"))
def test_it_applies_to_these_penalties_and_to_no_other(regularizer: str) -> None:
    applied = sc.certify("cross_entropy", regularizer).theorem(NAME)
    assert applied.verdict is (Verdict.PROVED if regularizer in DEGREES else Verdict.REFUTED)
    if applied.failing is not None:
        assert applied.failing.witness is not None or "Theorem 2'" in applied.failing.statement


@pytest.mark.parametrize("loss", names("loss"))
def test_it_asks_for_the_gradient_condition(loss: str) -> None:
    signal = Tier[LOSSES[loss][0]].meets_condition and loss not in NOT_C2
    expected = signal and loss not in ("focal_detached", "nfl_detached")
    assert (sc.certify(loss, "quartic").theorem(NAME).verdict is Verdict.PROVED) is expected


def test_that_g_is_positive_stays_an_assumption() -> None:
    applied = sc.certify("cross_entropy", "quartic").theorem(NAME)
    assert "g is continuous and g(z) > 0 for z != 0" in applied.assumptions
    assert "l(z, y) >= l(0, y) - K ||z|| for some K" not in applied.assumptions  # cross entropy is convex


def test_the_scale_in_closed_form() -> None:
    # outputs t u, slope -s of l_lin, g(u) = q: -alpha s t + q t^4 has t = (alpha s/(4 q))^(1/3), cubed alpha s/(4 q)
    s, q, a = Fraction(1, 2), Fraction(3), Fraction(2, 5)
    for alpha in (Fraction(1, 10), Fraction(1, 1000)):
        clean, noisy = alpha * s / (4 * q), alpha * a * s / (4 * q)
        assert noisy == a * clean
        assert clean / alpha == s / (4 * q)
