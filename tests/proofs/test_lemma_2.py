"""Lemma 2 for any loss: the noisy risk is a L_sym(l) + L_ins(l), a = 1 - rho C/(C - 1)."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from mpmath import fsum, mp, mpf

import symcheck as sc
from symcheck.catalogue import names
from symcheck.verdict import Verdict
from tests.proofs.values import DIGITS, ROUNDING, classes_of, loss_values, random_points

DETACHED = {"focal_detached", "nfl_detached"}


def test_the_identity_for_every_c_and_every_rate() -> None:
    # l_y = l(z, y), S = sum_k l(z, k): E[l(z, Ybar) | Y = y] = (1 - rho) l_y + rho/(C - 1) (S - l_y)
    C, rho, l_y, S = sp.symbols("C rho l_y S", positive=True)
    a = 1 - rho * C / (C - 1)
    noisy = (1 - rho) * l_y + rho / (C - 1) * (S - l_y)
    sym, ins = l_y - S / C, S / C
    assert sp.cancel(noisy - (a * sym + ins)) == 0
    assert sp.cancel(noisy - (a * l_y + (1 - a) * ins)) == 0
    # near-misses: a squared, C in the place of C - 1, the insensitive part shrunk as well
    assert sp.cancel(noisy - (a**2 * sym + ins)) != 0
    assert sp.cancel(noisy - ((1 - rho) * sym + ins)) != 0
    assert sp.cancel(noisy - a * (sym + ins)) != 0


@pytest.mark.parametrize("loss", names("loss"))
def test_it_applies_to_every_loss_and_its_numbers_agree(loss: str) -> None:
    applied = sc.certify(loss, "l2").theorem("Lemma 2")
    assert applied.verdict is (Verdict.UNDECIDED if loss in DETACHED else Verdict.PROVED)
    c, rho = classes_of("loss", loss), Fraction(2, 5)
    value = loss_values(loss, c)
    with mp.workdps(DIGITS):
        rate = mpf(rho.numerator) / rho.denominator
        a = 1 - rate * c / (c - 1)
        for z in random_points(c, 2):
            all_ = [value(z, y) for y in range(c)]
            ins = fsum(all_) / c
            for y in range(c):
                noisy = (1 - rate) * all_[y] + rate / (c - 1) * fsum(x for k, x in enumerate(all_) if k != y)
                assert abs(noisy - (a * (all_[y] - ins) + ins)) < ROUNDING
