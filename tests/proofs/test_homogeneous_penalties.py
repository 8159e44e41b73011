"""Theorem 2' for homogeneous penalties: the Hessian of g at 0 vanishes or is missing."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symcheck as sc
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.intake.parser import parsed
from symcheck.readings.explicit.explicit import value_at
from symcheck.theorems.base import BOUNDS, NO_TIES
from tests.each import of_each
from tests.proofs.table import LOSSES, NOT_C2

NAME = "Theorem 2' for homogeneous penalties"
DEGREES = {"quartic": 4, "cubic": 3, "l1_5": Fraction(3, 2), "max_squared": 2}
"""Penalties of one degree k > 1 that are no definite quadratic form."""


@pytest.mark.parametrize("regularizer", names("regularizer"))
def test_it_applies_to_these_penalties_and_to_no_other(regularizer: str) -> None:
    applied = sc.certify("cross_entropy", regularizer).theorem(NAME)
    assert applied.verdict is (Verdict.PROVED if regularizer in DEGREES else Verdict.REFUTED)
    if applied.failing is not None:
        assert applied.failing.witness is not None or "Theorem 2'" in applied.failing.statement


@of_each(names("loss"))
def test_it_asks_for_the_gradient_condition(loss: str) -> None:
    signal = Tier[LOSSES[loss][0]].meets_condition and loss not in NOT_C2
    expected = signal and loss not in ("focal_detached", "nfl_detached")
    assert (sc.certify(loss, "quartic").theorem(NAME).verdict is Verdict.PROVED) is expected


@pytest.mark.parametrize("regularizer", DEGREES)
def test_that_g_is_positive_is_decided(regularizer: str) -> None:
    applied = sc.certify("cross_entropy", regularizer).theorem(NAME)
    assert applied.assumptions == (
        "a finite sample, and the outputs form a closed cone",
        "the minimiser of l_lin + g on the cone is unique and not 0",
        NO_TIES,
    )
    assert {a for a, _ in applied.discharged} == {Condition.REGULARIZER_POSITIVE.value, BOUNDS}


@pytest.mark.parametrize(
    "penalty",
    [
        "total(z)**4", "-total(z)**4", "-total(z**4)", "total(z**4) - 2*total(z)**4", "total(z**3)", "mean(z)**6",
        "total((z - mean(z))**4)", "total(z**2)**2 - total(z**4)", "total(z**4) - total(z**2)**2",
    ],
)  # fmt: skip
def test_a_penalty_that_is_not_positive_off_zero(penalty: str) -> None:
    """(sum z)^4 leaves the complement of 1 unpenalised, and -sum z^4 has no minimiser: nothing still holds."""
    # squares of logits are not shift-invariant, so that the pair lives on R^C
    cert = sc.certify("square_centred", penalty)
    applied = cert.theorem(NAME)
    assert applied.verdict is Verdict.REFUTED
    assert applied.failing is not None
    assert NAME not in {t.name for t in cert.theorems}
    assert NAME not in cert.still_holds


def test_on_the_quotient_differences_count() -> None:
    """Cross entropy and sum_i (z_i - mean z)^4 are both invariant, and the penalty is positive on the quotient."""
    penalty = "total((z - mean(z))**4)"
    assert sc.certify("cross_entropy", penalty).theorem(NAME).verdict is Verdict.PROVED
    assert sc.certify("square_centred", penalty).theorem(NAME).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    "text", ["total((z - mean(z))**4)", "total(abs(z - mean(z))**(3/2))", "total(abs(z - mean(z))**3)"]
)
def test_what_is_said_of_a_penalty_on_the_quotient_holds_at_multiples_of_ones(text: str) -> None:
    """g(1, ..., 1) = 0, and there multiples of (1, ..., 1) count as 0, for the sign of g and for the norm of z."""
    penalty = parsed(text, kind="regularizer")
    assert value_at(penalty, [Fraction(1)] * 3, {}) == 0
    applied = sc.certify("cross_entropy", text).theorem(NAME)
    assert applied.verdict is Verdict.PROVED
    positive = next(p for p in applied.premises if p.condition is Condition.REGULARIZER_POSITIVE)
    for statement in (positive.statement, Condition.REGULARIZER_POSITIVE.value):
        assert "multiples of (1, ..., 1) count as 0 if l and g do not change under z + t(1, ..., 1)" in statement
    assert BOUNDS.endswith("with the norm of the quotient for a pair that is judged there")


@pytest.mark.parametrize(("power", "expected"), [(2, "PROVED"), (4, "PROVED"), (6, "REFUTED"), (8, "REFUTED")])
def test_a_loss_may_fall_as_fast_as_the_penalty_grows(power: int, expected: str) -> None:
    applied = sc.certify(f"mean(z) - z[y] - total(z**{power})", "quartic").theorem(NAME)
    assert applied.verdict.name == expected
    if applied.failing is not None:
        assert applied.failing.condition is Condition.MINIMISERS_HELD


def test_the_scale_in_closed_form() -> None:
    # outputs t u, slope -s of l_lin, g(u) = q: -alpha s t + q t^4 has t = (alpha s/(4 q))^(1/3), cubed alpha s/(4 q)
    s, q, a = Fraction(1, 2), Fraction(3), Fraction(2, 5)
    for alpha in (Fraction(1, 10), Fraction(1, 1000)):
        clean, noisy = alpha * s / (4 * q), alpha * a * s / (4 * q)
        assert noisy == a * clean
        assert clean / alpha == s / (4 * q)
