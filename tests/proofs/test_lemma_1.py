"""Lemma 1 for any loss: noisy minimisers of l + g are clean minimisers of sym(l) + (ins(l) + g)/a."""

from __future__ import annotations

from fractions import Fraction

import pytest
from mpmath import fsum, mp, mpf

import symcheck as sc
from symcheck.catalogue import names
from symcheck.theorems import theorem_named
from symcheck.verdict import Verdict
from tests.proofs.values import DIGITS, ROUNDING, classes_of, loss_values, random_points, regularizer_values

DETACHED = {"focal_detached", "nfl_detached"}


@pytest.mark.parametrize("loss", names("loss"))
def test_the_two_objectives_are_multiples_of_each_other(loss: str) -> None:
    """Then they have the same minimisers on every family: an equality of sets, whatever the family is."""
    applied = sc.certify(loss, "quartic").theorem("Lemma 1")
    assert applied.verdict is (Verdict.UNDECIDED if loss in DETACHED else Verdict.PROVED)
    c, labels, lambda_ = classes_of("loss", loss), (0, 1), Fraction(3, 7)
    value, g = loss_values(loss, c), regularizer_values("quartic", c)
    with mp.workdps(DIGITS):
        rate, weight = mpf(2) / 5, mpf(lambda_.numerator) / lambda_.denominator
        a = 1 - rate * c / (c - 1)
        for outputs in zip(random_points(c, 2), random_points(c, 2, seed=8), strict=True):
            noisy, clean = mpf(0), mpf(0)
            for z, y in zip(outputs, labels, strict=True):
                all_ = [value(z, k) for k in range(c)]
                ins = fsum(all_) / c
                noisy += (1 - rate) * all_[y] + rate / (c - 1) * fsum(x for k, x in enumerate(all_) if k != y)
                noisy += weight * g(z)
                clean += (all_[y] - ins) + (ins + weight * g(z)) / a
            assert abs(noisy - a * clean) < ROUNDING


def test_its_deviation_from_print() -> None:
    lemma = theorem_named("Lemma 1")
    assert "equality of sets" in lemma.deviation
    assert r"\tfrac{1}{a} G_g" in lemma.statement


def test_dividing_the_penalty_alone_is_enough_for_symmetric_losses_only() -> None:
    # a l_sym + l_ins + g against l + g/a, at one point with label 1: for cross entropy they are no multiples
    z, other = list(random_points(3, 2))
    for loss, expected in (("mae", True), ("cross_entropy", False)):
        value, g = loss_values(loss, 3), regularizer_values("l2", 3)
        with mp.workdps(DIGITS):
            a = 1 - mpf(2) / 5 * 3 / 2
            differences = []
            for point in (z, other):
                all_ = [value(point, k) for k in range(3)]
                ins = fsum(all_) / 3
                differences.append((a * (all_[0] - ins) + ins + g(point)) - a * (all_[0] + g(point) / a))
            assert (abs(differences[0] - differences[1]) < ROUNDING) is expected
