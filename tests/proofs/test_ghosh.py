"""Ghosh, Kumar, Sastry: without a penalty, noise does not move the minimisers of a symmetric loss."""

from __future__ import annotations

from fractions import Fraction

import pytest
from mpmath import fsum, mp

import symcheck as sc
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from tests.each import of_each
from tests.proofs.values import DIGITS, ROUNDING, classes_of, loss_values, random_points

SYMMETRIC = {
    # a multiple of 1 - p_y, or of mean(z) - z_y, sums to a constant; so does l_y / sum_k l_k, and so do sums of such
    "anl_ce", "mae", "muh", "nce", "nce_mae", "nce_rce", "nfl", "nfl_mae", "nfl_rce", "nmae", "reverse_cross_entropy",
    "tempered_mae",
    # sigma(x) + sigma(-x) = 1, and the same for the ramp and for a line, over ordered pairs or for two classes
    "pairwise_sigmoid", "ramp", "sigmoid_margin", "unhinged_margin",
}  # fmt: skip


@of_each(names("loss"))
def test_it_applies_to_symmetric_losses_and_to_no_other(loss: str) -> None:
    applied = sc.certify(loss, "l2").theorem("Ghosh")
    if loss == "nfl_detached":  # its values are symmetric, and autograd does not return their gradient
        assert applied.verdict is Verdict.UNDECIDED
    else:
        assert applied.verdict is (Verdict.PROVED if loss in SYMMETRIC else Verdict.REFUTED)


@pytest.mark.parametrize("loss", sorted(SYMMETRIC))
def test_their_sums_do_not_depend_on_z(loss: str) -> None:
    c = classes_of("loss", loss)
    value = loss_values(loss, c)
    with mp.workdps(DIGITS):
        sums = [fsum(value(z, y) for y in range(c)) for z in random_points(c, 6)]
        assert all(abs(s - sums[0]) < ROUNDING for s in sums)


@of_each(sorted({*names("loss")} - SYMMETRIC - {"nfl_detached"}))
def test_the_others_fail_at_a_point_that_is_named(loss: str) -> None:
    failing = sc.certify(loss, "l2").theorem("Ghosh").failing
    assert failing is not None
    assert failing.condition is Condition.LOSS_SYMMETRIC
    assert failing.witness is not None


def test_the_minimisers_are_the_same_and_those_of_cross_entropy_are_not() -> None:
    # three points with labels 1, 1, 2 and one score vector (t, 0, -t) for all, three candidates t; rate 2/5, C = 3
    candidates = [[x, 0, -x] for x in (-1, 0, 2)]
    rho, labels = Fraction(2, 5), (0, 0, 1)

    def risks(name: str, *, noisy: bool) -> list[float]:
        value = loss_values(name, 3)
        found = []
        with mp.workdps(DIGITS):
            for z in candidates:
                point = [Fraction(x) for x in z]
                total = 0
                for y in labels:
                    for k in range(3):
                        weight = (1 - rho if k == y else rho / 2) if noisy else Fraction(int(k == y))
                        total += mp.mpf(weight.numerator) / weight.denominator * value(point, k)
                found.append(total)
        return found

    clean, noisy = (risks("mae", noisy=n) for n in (False, True))
    assert sorted(range(3), key=clean.__getitem__) == sorted(range(3), key=noisy.__getitem__)
    clean, noisy = (risks("cross_entropy", noisy=n) for n in (False, True))
    assert clean.index(min(clean)) != noisy.index(min(noisy))
