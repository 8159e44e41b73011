"""Losses l = phi(g) of g = log(sum of e^z_k over k != y) - z_y have kappa = phi'(log(C-1)) C/(C-1) (THEORY 3)."""

from __future__ import annotations

import pytest
import torch
from sympy import Expr, N, Rational, Symbol, exp, log, sqrt, symbols
from torch.nn.functional import softplus

import symcheck as sc

G = Symbol("g", real=True)
Q, GAMMA = symbols("q gamma", positive=True)
SOFTPLUS = log(1 + exp(G))

PHI = {
    "cross_entropy": SOFTPLUS,  # -log p_y
    "gce": (1 - exp(-Q * SOFTPLUS)) / Q,  # (1 - p_y^q)/q
    "mae": 2 / (1 + exp(-G)),  # 2 (1 - p_y)
    "focal": (1 + exp(-G)) ** (-GAMMA) * SOFTPLUS,  # (1 - p_y)^gamma (-log p_y)
}
"""phi by the definition of each loss, with p_y = 1/(1 + e^g)."""

VALUES = {"q": Rational(7, 10), "gamma": Rational(3, 2)}


def kappa_of(phi: Expr, classes: int) -> Expr:
    """phi'(log(C-1)) C/(C-1)."""
    return phi.diff(G).subs(G, log(classes - 1)) * Rational(classes, classes - 1)


@pytest.mark.parametrize("classes", [2, 3, 10, 1000])
@pytest.mark.parametrize("name", PHI)
def test_kappa_is_the_slope_in_g(name: str, classes: int) -> None:
    """In 40 digits of numbers that are found in two ways: from phi here, from the formula in z there."""
    cert = sc.certify(name, "l2")
    given = {p.name: str(VALUES[p.name]) for p in cert.scope.parameters}
    here = cert.at(classes, **given)
    expected = kappa_of(PHI[name].subs({Q: VALUES["q"], GAMMA: VALUES["gamma"]}), classes)
    assert here.verdict is sc.Verdict.PROVED
    assert abs(N(here.kappa - expected, 40)) < Rational(1, 10**30)


def test_a_falling_phi_is_refuted() -> None:
    """phi(g) = -softplus(g) has a slope below 0 at every g, so kappa < 0."""
    assert kappa_of(-SOFTPLUS, 3) == -1
    assert sc.certify(lambda z, y: sc.log_softmax(z)[y], "l2").verdict is sc.Verdict.REFUTED


def test_the_gradient_of_g_at_0_is_that_of_the_unhinged_loss() -> None:
    """-(C/(C-1)) o_y, at which kappa above rests; certified as a loss of its own, with phi(g) = g."""
    cert = sc.certify(lambda z, y: sc.logsumexp(z, but=y) - z[y], "l2")
    assert cert.verdict is sc.Verdict.PROVED
    for classes in (2, 3, 10):
        assert cert.at(classes).kappa == Rational(classes, classes - 1)


def test_both_logarithms_are_functions_of_g() -> None:
    """log p_y = -softplus(g), log(1 - p_y) = -softplus(-g)."""
    z = torch.randn(50, 7, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    rest = z[:, 1:].logsumexp(1)
    g, log_all = rest - z[:, 0], z.logsumexp(1)
    torch.testing.assert_close(z[:, 0] - log_all, -softplus(g), rtol=1e-13, atol=1e-13)
    torch.testing.assert_close(rest - log_all, -softplus(-g), rtol=1e-13, atol=1e-13)


def test_a_wrong_slope_is_noticed() -> None:
    assert abs(N(kappa_of(sqrt(2) * PHI["mae"], 10) - sc.certify("mae", "l2").at(10).kappa)) > 0.05
