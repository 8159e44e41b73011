"""Lemma 3: the direction of stationary points.  Its premises on g over the catalogue, and why each is needed."""

from __future__ import annotations

import pytest
import sympy as sp

import symcheck as sc
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from tests.each import of_each
from tests.proofs.table import LOSSES, NOT_C2, REGULARIZERS

NAME = "Lemma 3"
DETACHED = {"focal_detached", "nfl_detached"}


@pytest.mark.parametrize("regularizer", names("regularizer"))
def test_it_asks_for_a_definite_hessian_of_g(regularizer: str) -> None:
    # with square_centred, which is not shift-invariant, the space is R^C; with cross entropy it may be the quotient
    kind = REGULARIZERS[regularizer][0]
    moving = sc.certify("square_centred", regularizer).theorem(NAME)
    invariant = sc.certify("cross_entropy", regularizer).theorem(NAME)
    assert (moving.verdict is Verdict.PROVED) is (kind == "FULL")
    assert (invariant.verdict is Verdict.PROVED) is (kind in ("FULL", "QUOT"))


@of_each(names("loss"))
def test_it_asks_for_a_derivative_of_the_loss_and_for_no_tier(loss: str) -> None:
    verdict = sc.certify(loss, "l2").theorem(NAME).verdict
    if LOSSES[loss][0] == "NONDIFF":
        assert verdict is not Verdict.PROVED
    elif loss in NOT_C2 or loss in DETACHED:
        assert verdict is Verdict.UNDECIDED
    else:
        assert verdict is Verdict.PROVED  # also for class weights, priors and drifts


def test_strict_convexity_is_not_enough() -> None:
    # g = t1^4 + t2^4, h = t1 + 8 t2: 4 t1^3 = -alpha, 4 t2^3 = -8 alpha, so t2 = 2 t1 for every alpha
    alpha = sp.Symbol("alpha", positive=True)
    t1, t2 = -((alpha / 4) ** sp.Rational(1, 3)), -((2 * alpha) ** sp.Rational(1, 3))
    assert sp.simplify(alpha + 4 * t1**3) == 0
    assert sp.simplify(8 * alpha + 4 * t2**3) == 0
    assert sp.simplify(t2 / t1) == 2  # grad h = (1, 8) would give the direction -(1, 8) with any multiple of I
    applied = sc.certify("cross_entropy", "quartic").theorem(NAME)
    assert applied.verdict is Verdict.REFUTED
    assert applied.failing is not None
    assert applied.failing.condition is Condition.REGULARIZER_CURVATURE


def test_the_sign_of_alpha_matters() -> None:
    # h = t, g = t^2/2: t = -alpha, so the direction is -1 for alpha > 0 and +1 for alpha < 0
    t, alpha = sp.symbols("t alpha")
    solution = sp.solve(sp.diff(alpha * t + t**2 / 2, t), t)
    assert solution == [-alpha]


def test_the_stationary_points_have_to_tend_to_theta_0() -> None:
    # g = t^2/(1 + t^4), h = -(t^3 + t/10)/(1 + t^4): for small alpha there is a lower value near t = 2/alpha
    t = sp.Symbol("t")
    f = lambda x, alpha: (x**2 - alpha * (x**3 + x / 10)) / (1 + x**4)  # noqa: E731
    for alpha in (sp.Rational(1, 10), sp.Rational(1, 1000)):
        near = alpha / 20  # the stationary point that the lemma speaks of, to first order: value about -alpha^2/400
        assert f(2 / alpha, alpha) < f(near, alpha) < 0
    assert sp.diff(t**2 / (1 + t**4), t, 2).subs(t, 0) == 2
