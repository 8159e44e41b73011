"""Lemma 2 for any loss: the noisy risk is a L_sym(l) + L_ins(l), a = 1 - rho C/(C - 1)."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from flint import arb

import symcheck as sc
from symcheck.field.ball import ball_of, working
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named, names
from symcheck.paper.exact import noisy
from symcheck.readings.explicit.explicit import value_at
from tests.each import of_each
from tests.proofs.test_ghosh import SYMMETRIC
from tests.proofs.values import classes_of, random_points

DETACHED = {"focal_detached", "nfl_detached"}
UNSAID = {"carlini_wagner", "crammer_singer"}
"""Losses whose parts have no formula in the language."""

RHO = Fraction(2, 5)


def test_the_identity_for_every_c_and_every_rate() -> None:
    # l_y = l(z, y), S = sum_k l(z, k): E[l(z, Ybar) | Y = y] = (1 - rho) l_y + rho/(C - 1) (S - l_y)
    C, rho, l_y, S = sp.symbols("C rho l_y S", positive=True)
    a = 1 - rho * C / (C - 1)
    found = (1 - rho) * l_y + rho / (C - 1) * (S - l_y)
    sym, ins = l_y - S / C, S / C
    assert sp.cancel(found - (a * sym + ins)) == 0
    assert sp.cancel(found - (a * l_y + (1 - a) * ins)) == 0
    # near-misses: a squared, C in the place of C - 1, the insensitive part shrunk as well
    assert sp.cancel(found - (a**2 * sym + ins)) != 0
    assert sp.cancel(found - ((1 - rho) * sym + ins)) != 0
    assert sp.cancel(found - a * (sym + ins)) != 0


@of_each(names("loss"))
def test_it_applies_to_every_loss_that_is_a_function(loss: str) -> None:
    applied = sc.certify(loss, "l2").theorem("Lemma 2")
    assert applied.verdict is (Verdict.UNDECIDED if loss in DETACHED else Verdict.PROVED)


@of_each([n for n in names("loss") if n not in UNSAID])
def test_its_parts_are_those_that_decompose_says(loss: str) -> None:
    """The mean over the noisy labels, label by label, against a sym(l) + ins(l) with the formulas of the package."""
    entry, parts = loss_named(loss), sc.decompose(loss)
    assert parts.symmetric is not None
    assert parts.insensitive is not None
    c = classes_of("loss", loss)
    numbers = {name: p.default for name, p in entry.declared.items()}
    arrays = {name: a.at_default(c) for name, a in entry.arrays.items()}
    met = 0
    with working(128):
        a = ball_of(1 - RHO * c / (c - 1))
        for z in random_points(c, 2):

            def at(formula, y, z=z) -> arb:
                return value_at(formula.with_arrays(arrays), z, numbers, y=y)

            for y in range(1, c + 1):
                mean = sum((ball_of(p) * at(entry.recorded, k) for k, p in noisy(y, c, RHO).items()), arb(0))
                sym, ins = at(parts.symmetric, y), at(parts.insensitive, y)
                assert mean.overlaps(a * sym + ins)
                if not sym.contains(0):
                    assert not mean.overlaps(a * a * sym + ins)
                    assert not mean.overlaps(sym + ins)
                    met += 1
    assert met >= 2


@pytest.mark.parametrize("loss", ["mae", "cross_entropy", "nce", "gce"])
def test_one_number_k_serves_symmetric_losses_alone(loss: str) -> None:
    """As printed: Lbar = rho K/(C - 1) + a L with one K; the K that z wants is sum_k l(z, k)."""
    entry, rho = loss_named(loss), ball_of(RHO)
    numbers = {name: p.default for name, p in entry.declared.items()}
    wanted = []
    with working(128):
        a = ball_of(1 - RHO * 3 / 2)
        for z in random_points(3, 3):
            values = {y: value_at(entry.recorded, z, numbers, y=y) for y in (1, 2, 3)}
            mean = sum((ball_of(p) * values[k] for k, p in noisy(1, 3, RHO).items()), arb(0))
            wanted.append((mean - a * values[1]) * 2 / rho)
    assert all(wanted[0].overlaps(k) for k in wanted) is (loss in SYMMETRIC)
