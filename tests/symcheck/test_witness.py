"""Witnesses as a sentence."""

from __future__ import annotations

from fractions import Fraction

from symcheck.findings.witness import Witness


def test_a_rational_value_is_shown_once() -> None:
    witness = Witness(2, "kappa", "-1/3", "kappa > 0", decimal="[-0.333333333333 +/- 3.34e-13]")
    assert str(witness) == "at C = 2: kappa = -1/3, and kappa > 0 is needed"


def test_another_value_comes_with_the_ball_that_holds_it() -> None:
    witness = Witness(3, "kappa", "-log(3)", "kappa > 0", "[-1.09861228867 +/- 1.90e-12]", {"q": Fraction(1, 2)})
    assert str(witness) == (
        "at C = 3, q = 1/2: kappa = -log(3), which lies in [-1.09861228867 +/- 1.90e-12], and kappa > 0 is needed"
    )
