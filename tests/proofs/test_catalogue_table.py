"""Every entry's tier and kappa, against the table of the literature, for every C at once.

The expected kappas are those of the class symmetry lemma, derived by hand (kappa = -phi'(1/C)/C for
l = phi(p_y), sums add, normalising divides by C l(0)), and confirmed there by 50-digit differences.
"""

from __future__ import annotations

import pytest
import sympy as sp

import symcheck as sc
from symcheck.catalogue import names
from symcheck.constants.symbols import C_SYMBOL as C
from symcheck.finding import Condition
from symcheck.verdict import Verdict

q, gamma, lambda_, r, alpha, beta, A = sp.symbols("q gamma lambda_ r alpha beta A", positive=True)
VALUES = {"q": sp.Rational(3, 11), "r": sp.Rational(3, 11), "A": sp.Rational(-7, 3)}
"""Where the comparison looks; the other parameters are 7/3 there."""

LOSSES = {
    "muh": ("EXACT", sp.Integer(1)),
    "square_centred": ("EXACT", sp.Integer(1)),
    "square": ("QUOTIENT", sp.Integer(1)),
    "cross_entropy": ("EXACT", sp.Integer(1)),
    "mae": ("SCALED", 2 / C),
    "gce": ("SCALED", C**-q),
    "sce": ("SCALED", 1 + lambda_ / C),
    "symmetric_cross_entropy": ("SCALED", alpha - beta * A / C),
    "focal": ("SCALED", (1 - 1 / C) ** gamma + gamma * (1 - 1 / C) ** (gamma - 1) * sp.log(C) / C),
    "label_smoothing": ("SCALED", 1 - r),
    "brier": ("SCALED", 2 / C),
    "nce": ("SCALED", 1 / (C * sp.log(C))),
    "one_vs_rest_logistic": ("QUOTIENT", sp.Integer(1)),
}
"""Tier (the worst in the scope) and kappa."""

REGULARIZERS = {
    # eigenvalues of D^2 g(0): on the complement of (1, ..., 1), and along it
    "l2": (Verdict.PROVED, 1, 1),
    "quartic": (Verdict.PROVED, 0, 0),
    "entropy": (Verdict.PROVED, 1 / C, 0),
    "label_smoothing_penalty": (Verdict.PROVED, 1 / C, 0),
    "label_smoothing_as_printed": (Verdict.PROVED, -1, 0),
    "log_cosh": (Verdict.PROVED, 1, 1),
}
"""Verdict on grad g(0) = 0, and the two eigenvalues."""


def equal(a: sp.Expr, b: sp.Expr) -> bool:
    """Equality at several points to 40 digits: independent of the canonical forms that are tested."""

    def value(e: sp.Expr, classes: int) -> sp.Expr:
        e = sp.sympify(e)
        at = {s: classes if s.name == "C" else VALUES.get(s.name, sp.Rational(7, 3)) for s in e.free_symbols}
        return e.subs(at).evalf(40)

    return all(abs(value(a, c) - value(b, c)) < sp.Float(10) ** -30 for c in (2, 3, 5, 10, 1000))


@pytest.mark.parametrize("name", names("loss"))
def test_tier_and_kappa_of_every_loss(name: str) -> None:
    tier, kappa = LOSSES[name]
    cert = sc.certify(name, "l2")
    assert cert.tier is not None
    assert cert.tier.name == tier
    assert equal(cert.kappa, kappa), cert.kappa
    expected = Verdict.PROVED if tier in ("EXACT", "SCALED") else Verdict.REFUTED
    assert cert.verdict is expected


@pytest.mark.parametrize("name", names("regularizer"))
def test_gradient_and_curvature_of_every_regularizer(name: str) -> None:
    gradient, across, along = REGULARIZERS[name]
    cert = sc.certify("cross_entropy", name)
    found = cert.finding(Condition.REGULARIZER_GRADIENT)
    assert found is not None
    assert found.verdict is gradient
    curvature = cert.finding(Condition.REGULARIZER_CURVATURE)
    assert curvature is not None
    assert curvature.derivation[2].value == str(across)
    assert curvature.derivation[3].value == str(along)


def test_the_comparison_can_fail() -> None:
    assert not equal(C**-q, C ** (-q - 1))
    assert not equal(1 + lambda_ / C, 1 + lambda_ / (C - 1))
