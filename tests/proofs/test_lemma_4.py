"""Lemma 4: alpha L + G is strictly convex near theta_0, where D^2 g(0) is positive definite."""

from __future__ import annotations

import pytest
import sympy as sp

import symcheck as sc
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from tests.each import of_each
from tests.proofs.table import LOSSES, NOT_C2, REGULARIZERS

NAME = "Lemma 4"
DETACHED = {"focal_detached", "nfl_detached"}


@of_each(names("loss"))
def test_it_asks_for_two_derivatives_of_the_loss_and_for_no_tier(loss: str) -> None:
    verdict = sc.certify(loss, "l2").theorem(NAME).verdict
    smooth = LOSSES[loss][0] != "NONDIFF" and loss not in NOT_C2 and loss not in DETACHED
    assert (verdict is Verdict.PROVED) is smooth


@pytest.mark.parametrize("regularizer", names("regularizer"))
def test_it_asks_for_a_definite_hessian_of_g(regularizer: str) -> None:
    applied = sc.certify("square_centred", regularizer).theorem(NAME)
    assert (applied.verdict is Verdict.PROVED) is (REGULARIZERS[regularizer][0] == "FULL")


def test_a_unique_minimum_at_0_is_not_enough() -> None:
    # g = t^4, l = -t^2: the second derivative of alpha l + g at 0 is -2 alpha < 0, for every alpha > 0
    t, alpha = sp.symbols("t alpha", positive=True)
    assert sp.diff(-alpha * t**2 + t**4, t, 2).subs(t, 0) == -2 * alpha
    cert = sc.certify(lambda z, y: -sc.total(z**2), lambda z: sc.total(z**4))
    applied = cert.theorem(NAME)
    assert applied.verdict is Verdict.REFUTED
    assert applied.failing is not None
    assert applied.failing.condition is Condition.REGULARIZER_CURVATURE
    assert applied.failing.witness is not None


def test_the_hessian_formula() -> None:
    # Z = (p + q^2, p q): D^2 G = J'HJ at p = q = 0 where grad g(0) = 0, and grad Z'' drops out only there
    p, q, r, s = sp.symbols("p q r s")
    z1, z2 = p + q**2, q + p * q
    g = 2 * r**2 + r * s + s**2 + r**3
    composed = g.subs({r: z1, s: z2}, simultaneous=True)
    at_0 = {p: 0, q: 0}
    jacobian = sp.Matrix([z1, z2]).jacobian([p, q]).subs(at_0)
    hessian = sp.hessian(g, [r, s]).subs({r: 0, s: 0})
    assert sp.hessian(composed, [p, q]).subs(at_0) == jacobian.T * hessian * jacobian
    tilted = composed + z1  # grad g(0) != 0
    assert sp.hessian(tilted, [p, q]).subs(at_0) != jacobian.T * hessian * jacobian
