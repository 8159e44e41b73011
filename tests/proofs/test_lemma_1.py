"""Lemma 1 for any loss: noisy minimisers of l + g are clean minimisers of sym(l) + (ins(l) + g)/a."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import pytest
import sympy as sp

import symcheck as sc
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.paper.exact import noisy
from tests.each import of_each

DETACHED = {"focal_detached", "nfl_detached"}
OUTPUTS = [tuple(map(Fraction, z)) for z in product((-1, 0, Fraction(1, 4), 1), repeat=3)]
RATES = (Fraction(1, 5), Fraction(2, 5), Fraction(3, 5))

Parts = Callable[[tuple[Fraction, ...], int], Fraction]
"""A loss, or a part of one, with rational values at z and a label 0, 1, 2."""


@of_each(names("loss"))
def test_it_applies_to_every_loss_that_is_a_function(loss: str) -> None:
    applied = sc.certify(loss, "quartic").theorem("Lemma 1")
    assert applied.verdict is (Verdict.UNDECIDED if loss in DETACHED else Verdict.PROVED)


def square(z: tuple[Fraction, ...], y: int) -> Fraction:
    """The square loss of the plain one-hot: not symmetric."""
    return sum(((x - int(k == y)) ** 2 for k, x in enumerate(z)), Fraction(0)) / 2


def unhinged(z: tuple[Fraction, ...], y: int) -> Fraction:
    """mean(z) - z_y: symmetric."""
    return sum(z, Fraction(0)) / 3 - z[y]


def _lowest(values: dict[tuple[Fraction, ...], Fraction]) -> set[tuple[Fraction, ...]]:
    low = min(values.values())
    return {z for z, value in values.items() if value == low}


def _noisy(loss: Parts, rate: Fraction) -> set[tuple[Fraction, ...]]:
    """The minimisers among the outputs of E[l(z, Ybar)] + ||z||^2/4 at a point whose label is 0, by the law of Ybar."""
    law = noisy(1, 3, rate)
    return _lowest({z: sum(p * loss(z, k - 1) for k, p in law.items()) + sum(x * x for x in z) / 4 for z in OUTPUTS})


def _clean(loss: Parts, symmetric_by: Fraction, others_by: Fraction) -> set[tuple[Fraction, ...]]:
    """Those of ``symmetric_by`` sym(l)(z, 0) + ``others_by`` (ins(l)(z) + ||z||^2/4)."""
    found = {}
    for z in OUTPUTS:
        ins = sum((loss(z, k) for k in range(3)), Fraction(0)) / 3
        found[z] = symmetric_by * (loss(z, 0) - ins) + others_by * (ins + sum(x * x for x in z) / 4)
    return _lowest(found)


@pytest.mark.parametrize("loss", [square, unhinged])
@pytest.mark.parametrize("rate", RATES)
def test_the_sets_are_equal_and_other_factors_give_others(loss: Parts, rate: Fraction) -> None:
    a = 1 - rate * 3 / 2
    found = _noisy(loss, rate)
    assert found == _clean(loss, Fraction(1), 1 / a) != set()
    for factor in (Fraction(1), a):  # the same penalty, and one that noise makes lighter
        assert found != _clean(loss, Fraction(1), factor)


def test_the_penalty_alone_divided_by_a_will_not_do_for_a_loss_that_is_not_symmetric() -> None:
    """THEORY 2: for the square loss ins(l) has to be divided as well; the minimiser a o_y + 1/3 would become longer."""
    z = sp.symbols("z:3")
    ins = sum(sum((x - int(k == j)) ** 2 for k, x in enumerate(z)) for j in range(3)) / 6
    sym = sum((x - int(k == 0)) ** 2 for k, x in enumerate(z)) / 2 - ins
    g = sum(x**2 for x in z) / 2
    a = sp.Rational(1, 4)

    def minimiser(objective: sp.Expr) -> list[sp.Expr]:
        found = sp.solve([sp.diff(objective, x) for x in z], z)
        return [found[x] for x in z]

    found = minimiser(a * sym + ins + g)  # Lemma 2
    assert found == minimiser(sym + (ins + g) / a)
    assert found != minimiser(sym + ins + g / a)
