"""Theorem 3: linear families.  Convexity that is proved need not be assumed; where it fails, bounds stay open."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

import symcheck as sc
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.theorems.base import BOUNDS, CONVEX_OR_BOUNDS, NO_TIES, SIGNAL
from tests.each import of_each

NAME = "Theorem 3"
P, R = Verdict.PROVED, Verdict.REFUTED


@of_each(names("loss"))
def test_its_first_assumption_is_settled_where_convexity_is(loss: str) -> None:
    cert = sc.certify(loss, "l2")
    applied = cert.theorem(NAME)
    if applied.verdict is not P:
        assert applied.failing is not None
        assert applied.assumptions == applied.theorem.assumptions
        return
    convex, held = (cert.property(c).verdict for c in (Condition.LOSS_CONVEX, Condition.MINIMISERS_HELD))
    assert {NO_TIES, SIGNAL} <= {*applied.assumptions}
    assert cert.property(Condition.REGULARIZER_CONVEX).verdict is P
    assert held is P or loss == "taylor_softmax_ce"
    assert (CONVEX_OR_BOUNDS in applied.assumptions) is (convex is Verdict.UNDECIDED and held is not P)
    on_samples = [a for a in applied.assumptions if a.startswith("a finite sample") and "domination" not in a]
    if convex is P:
        assert on_samples == []
        assert applied.discharged == ((CONVEX_OR_BOUNDS, (Condition.LOSS_CONVEX, Condition.REGULARIZER_CONVEX)),)
    elif held is P:
        assert on_samples == ["a finite sample, or convex l(., y) and g"]
    elif convex is R:
        assert on_samples == [f"a finite sample, and {BOUNDS}"]


def test_cross_entropy_needs_no_more_than_the_data() -> None:
    assert sc.certify("cross_entropy", "l2").theorem(NAME).assumptions == (
        "Z = theta phi(X) with E[phi phi'] positive definite",
        SIGNAL,
        "a finite sample, or domination so that limits pass under the expectation",
        NO_TIES,
    )


@pytest.mark.parametrize("loss", ["mae", "gce", "nce"])
def test_bounded_losses_that_are_not_convex(loss: str) -> None:
    cert = sc.certify(loss, "l2")
    assert cert.property(Condition.LOSS_CONVEX).verdict is R
    assert "a finite sample, or convex l(., y) and g" in cert.theorem(NAME).assumptions


def test_a_penalty_without_which_minimisers_exist() -> None:
    """l = MUH, g = ||z||^2/(1 + ||z||^2): the conditions at 0 hold, and there is no minimiser for any alpha."""
    cert = sc.certify("muh", lambda z: sc.total(z**2) / (1 + sc.total(z**2)))
    applied = cert.theorem(NAME)
    assert cert.verdict is P
    assert applied.verdict is R
    assert applied.failing is not None
    assert applied.failing.condition is Condition.MINIMISERS_HELD
    # alpha l + g on outputs t e_1, label 1, C = 2, t > 0: -alpha t/2 + t^2/(1 + t^2) has no lower bound
    t, alpha = sp.symbols("t alpha", positive=True)
    assert sp.limit(-alpha * t / 2 + t**2 / (1 + t**2), t, sp.oo) == -sp.oo


def test_without_a_signal_there_is_no_direction() -> None:
    """Y uniform and independent of X: E[o_Y phi'] = 0, so (3) would be 0/0; it stays an assumption."""
    for c in (2, 3, 5):
        o = [sp.Matrix([sp.Integer(int(k == y)) - sp.Rational(1, c) for k in range(c)]) for y in range(c)]
        assert sum(o, sp.zeros(c, 1)) / c == sp.zeros(c, 1)
    assert SIGNAL in sc.certify("cross_entropy", "l2").theorem(NAME).assumptions


def test_a_tie_in_the_limit_breaks_another_way_with_noise() -> None:
    """MUH + (w_y z_1^2 + z_2^2)/2 with w = (1/2, 1/2, 4), one point, labels 1 and 2 with weight 1/2, rho = 1/2."""
    w = sc.ClassParameter("w", ("1/2", "1/2", 4))
    one, two = sc.ClassParameter("one", (1, 0, 0)), sc.ClassParameter("two", (0, 1, 0))
    cert = sc.certify(
        lambda z, y: sc.mean(z) - z[y] + (w[y] * sc.total(one * z**2) + sc.total(two * z**2)) / 2, "l2", classes=3
    )
    applied = cert.theorem(NAME)
    assert applied.verdict is P
    assert NO_TIES in applied.assumptions
    rho, alpha = Fraction(1, 2), Fraction(1, 10)

    def scores(rate: Fraction) -> tuple[Fraction, Fraction]:
        law = [(1 - rate) / 2 + rate / 4, (1 - rate) / 2 + rate / 4, rate / 2]
        m = law[0] / 2 + law[1] / 2 + 4 * law[2]
        slope = law[0] - Fraction(1, 3)
        return alpha * slope / (1 + alpha * m), alpha * slope / (1 + alpha)

    clean, noisy = scores(Fraction(0)), scores(rho)
    assert clean == (alpha / 6 / (1 + alpha / 2), alpha / 6 / (1 + alpha))
    assert clean[0] > clean[1] > 0  # class 1
    assert noisy[1] > noisy[0] > 0  # class 2, and z_3 = -alpha times something


@pytest.mark.parametrize(
    ("loss", "regularizer", "condition"),
    [
        ("class_weighted_ce", "l2", Condition.LOSS_GRADIENT),
        ("logit_adjusted_ce", "l2", Condition.LOSS_GRADIENT),
        ("cross_entropy", "z_loss", Condition.REGULARIZER_GRADIENT),
        ("cross_entropy", "quartic", Condition.REGULARIZER_CURVATURE),
        ("square_centred", "entropy", Condition.REGULARIZER_CURVATURE),
        ("perceptron", "l2", Condition.LOSS_SMOOTH),
    ],
)
def test_a_pair_outside_its_conditions(loss: str, regularizer: str, condition: Condition) -> None:
    applied = sc.certify(loss, regularizer).theorem(NAME)
    assert applied.verdict is R
    assert applied.failing is not None
    assert applied.failing.condition is condition
    assert applied.failing.witness is not None
