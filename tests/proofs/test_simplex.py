"""Section 6: pure cross entropy on the simplex, sum_i l_lin(p, i) = -C."""

from __future__ import annotations

import pytest
import sympy as sp

import symcheck as sc
from symcheck.budget import Budget
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.theorems.simplex import expansion_at_uniform, spellings
from tests.each import of_each

NAME = "Pure cross entropy"


@of_each(names("loss"))
def test_it_is_about_cross_entropy_and_no_other_loss(loss: str) -> None:
    applied = sc.certify(loss, "l2").theorem(NAME)
    assert (applied.verdict is Verdict.PROVED) is (loss == "cross_entropy")
    if applied.verdict is Verdict.REFUTED:
        assert applied.failing is not None
        assert applied.failing.witness is not None
    elif loss not in ("cross_entropy", "focal_detached", "nfl_detached"):
        # with two classes the logistic loss of the margin is cross entropy, written in another way
        assert loss == "logistic_margin"


def test_the_gradient_at_the_uniform_p_for_every_c() -> None:
    e = expansion_at_uniform(Budget()).constants
    assert e.g_y.text() == "-C"
    assert e.g_k.is_zero


@pytest.mark.parametrize("c", [2, 3, 5])
def test_the_sum_over_the_labels_on_the_simplex(c: int) -> None:
    p = sp.symbols(f"p:{c}")
    uniform = dict.fromkeys(p, sp.Rational(1, c))
    linear = [sum(sp.diff(-sp.log(p[i]), q).subs(uniform) * q for q in p) for i in range(c)]
    on_simplex = sum(linear).subs(p[-1], 1 - sum(p[:-1]))
    assert sp.expand(on_simplex) == -c
    assert sp.expand(sum(linear)) != -c  # off the simplex it is not constant


def test_the_spellings_are_one_function() -> None:
    certs = [sc.certify(formula, "l2") for formula in spellings()]
    assert {str(c.kappa) for c in certs} == {"1"}
    assert all(c.theorem(NAME).verdict is Verdict.PROVED for c in certs)


def test_a_multiple_of_it_is_another_loss() -> None:
    applied = sc.certify(lambda z, y: 2 * (sc.logsumexp(z) - z[y]), "l2").theorem(NAME)
    assert applied.verdict is Verdict.REFUTED
