"""Corollary 1: the square loss of the centred one-hot is robust on cones without a penalty, the plain one is not."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

import symcheck as sc
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from tests.each import of_each

NAME, SHARED = "Corollary 1", "Corollary 1 on shared features"


@of_each(names("loss"))
def test_it_applies_to_the_square_losses_and_to_linear_ones(loss: str) -> None:
    cert = sc.certify(loss, "l2")
    found, shared = cert.theorem(NAME), cert.theorem(SHARED)
    assert (found.verdict is Verdict.PROVED) is (loss in ("square_centred", "muh", "unhinged_margin"))
    assert (shared.verdict is Verdict.PROVED) is (loss in ("square", "square_centred"))
    for applied in (found, shared):
        failing = applied.failing
        assert failing is None or failing.witness or failing.reason or failing.detail


def test_the_identity_for_every_c() -> None:
    # ||z - o_y||^2/2 = ||z||^2/2 - <z, o_y> + ||o_y||^2/2, with <z, o_y> = z_y - mean(z), ||o_y||^2 = (C - 1)/C
    C = sp.Symbol("C", positive=True)
    assert sp.simplify((1 - 1 / C) ** 2 + (C - 1) / C**2 - (C - 1) / C) == 0
    for c in (2, 3, 5):
        z = sp.symbols(f"z:{c}")
        o = [sp.Integer(int(k == 0)) - sp.Rational(1, c) for k in range(c)]
        muh = sum(z) / c - z[0]
        left = sum((x - w) ** 2 for x, w in zip(z, o, strict=True)) / 2
        assert sp.expand(left - (muh + sum(x**2 for x in z) / 2 + sp.Rational(c - 1, 2 * c))) == 0


def test_the_plain_one_hot_flips_on_a_cone() -> None:
    """C = 2, one point with y = 1, outputs {t (1, -2)}, rho = 2/5: 1 -> 2 at every weight of the penalty."""
    rho = Fraction(2, 5)
    for weight in (Fraction(0), Fraction(1, 10), Fraction(5)):

        def limit(w: tuple[Fraction, Fraction], weight: Fraction = weight) -> Fraction:
            # E ||t u - e_Y||^2/2 + weight ||t u||^2/2, u = (1, -2): t = <u, w>/((1 + weight) ||u||^2), w the law of Y
            return (w[0] - 2 * w[1]) / ((1 + weight) * 5)

        clean, noisy = limit((Fraction(1), Fraction(0))), limit((1 - rho, rho))
        assert clean > 0  # t (1, -2) predicts the class 1
        assert noisy < 0  # and here the class 2
        # it flips if and only if rho > 1/3, and with the centred one-hot it does not: <u, o_y> is shortened by a
        assert limit((Fraction(2, 3), Fraction(1, 3))) == 0
        centred = (1 - 2 * rho) * limit((Fraction(1, 2), Fraction(-1, 2)))
        assert centred > 0


def test_the_plain_one_hot_flips_with_a_reference_class() -> None:
    """C = 3, z = (z1, z2, 0), phi = (-3, 1), y = (1, 2), rho = 1/2: (1, 2) -> (1, 3) at every weight."""
    rho, phi, labels = Fraction(1, 2), (-3, 1), (0, 1)

    def predicted(rate: Fraction, weight: Fraction) -> list[int]:
        theta = []
        for k in range(2):
            law = [1 - rate if k == y else rate / 2 for y in labels]
            top = sum(p * w for p, w in zip(phi, law, strict=True))
            theta.append(top / ((1 + weight) * sum(p * p for p in phi)))
        scores = [[t * p for t in theta] + [Fraction(0)] for p in phi]
        assert all(len({*s}) == 3 for s in scores)  # no ties
        return [1 + s.index(max(s)) for s in scores]

    for weight in (Fraction(0), Fraction(1), Fraction(30)):
        assert predicted(Fraction(0), weight) == [1, 2]
        assert predicted(rho, weight) == [1, 3]


def test_with_shared_features_noise_adds_one_number_to_all_classes() -> None:
    """Z = P e_Y: the noisy one is a P e_Y + (1 - a)/C P 1 1', row by row a Z plus a multiple of (1, ..., 1)."""
    phi, labels, c, rho = (1, 2, -1), (0, 1, 2), 3, Fraction(3, 5)
    a = 1 - rho * c / (c - 1)
    norm = sum(p * p for p in phi)

    def scores(rate: Fraction) -> list[list[Fraction]]:
        law = [[1 - rate if k == y else rate / (c - 1) for k in range(c)] for y in labels]
        theta = [sum(p * row[k] for p, row in zip(phi, law, strict=True)) / norm for k in range(c)]
        return [[p * t for t in theta] for p in phi]

    for clean, noisy in zip(scores(Fraction(0)), scores(rho), strict=True):
        added = {n - a * s for s, n in zip(clean, noisy, strict=True)}
        assert len(added) == 1
        assert clean.index(max(clean)) == noisy.index(max(noisy))


@pytest.mark.parametrize(
    "loss",
    [
        lambda z, y: sc.mean(z) - z[y],  # no part without the label: noise multiplies the risk
        lambda z, y: sc.mean(z) - z[y] - sc.total(z**2),  # a maximum: no minimisers, clean or noisy
        lambda z, y: sc.mean(z) - z[y] + sc.total(z) ** 2,  # singular
        lambda z, y: sc.mean(z) - z[y] + sc.total(z**4),
        lambda z, y: 3 * (sc.mean(z) - z[y]) + sc.norm(z) ** 3 + 7,
        lambda z, y: sc.mean(z) - z[y] + sc.total((z - sc.mean(z)) ** 2),  # on the quotient
    ],
)
def test_homogeneity_is_enough(loss: object) -> None:
    """Noise multiplies the minimisers by a^(1/(k - 1)), whether the part without the label is definite or not."""
    assert sc.certify(loss, "l2").theorem(NAME).verdict is Verdict.PROVED  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "loss",
    [
        lambda z, y: sc.mean(z) - z[y] + sc.total(z**4) + sc.total(z**2),  # of two degrees
        lambda z, y: sc.mean(z) - z[y] + sc.norm(z),  # of degree 1
        lambda z, y: z[y] - sc.mean(z) + sc.total(z**2),  # kappa < 0
        "cross_entropy",
    ],
)
def test_a_near_miss_is_not_proved(loss: object) -> None:
    applied = sc.certify(loss, "l2").theorem(NAME)  # type: ignore[arg-type]
    assert applied.verdict is not Verdict.PROVED
    assert applied.failing is not None


@pytest.mark.parametrize(
    "loss",
    [
        lambda z, y: sc.mean(z) - z[y],  # nothing holds the scores back
        lambda z, y: sc.mean(z) - z[y] - sc.total(z**2),
        lambda z, y: sc.mean(z) - z[y] + sc.total(z) ** 2,
        lambda z, y: sc.mean(z) - z[y] + sc.total(z**4),
        lambda z, y: z[y] - sc.mean(z) + sc.total(z**2),
        "cross_entropy",
    ],
)
def test_on_shared_features_the_form_has_to_be_definite(loss: object) -> None:
    applied = sc.certify(loss, "l2").theorem(SHARED)  # type: ignore[arg-type]
    assert applied.verdict is Verdict.REFUTED
    assert applied.failing is not None


def test_a_preference_loss_needs_no_penalty() -> None:
    """IPO, (z_1 - z_2 - t)^2 with labels that are flipped: h^2 - 2 t h, and noise multiplies what is linear in h by a.

    One pair with features difference x, h = theta x: theta = a t/x, for the labels' law (1 - eps, eps), a = 1 - 2 eps.
    """
    for penalty in ("0", "0*total(z)", "l2"):
        cert = sc.certify("(2*z[y] - total(z) - 3)**2", penalty, classes=2)
        assert cert.theorem(NAME).verdict is Verdict.PROVED
    assert sc.certify("(2*z[y] - total(z) - 3)**2", "0", classes=2).theorem("Theorem 1").verdict is Verdict.PROVED
    t, x = Fraction(3), Fraction(2)
    for eps in (Fraction(0), Fraction(1, 4), Fraction(2, 5)):
        a = 1 - 2 * eps
        theta = a * t / x
        slope = (1 - eps) * (theta * x - t) + eps * (theta * x + t)  # half the derivative of the risk in h
        assert slope == 0
