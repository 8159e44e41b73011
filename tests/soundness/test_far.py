"""The judge of what is said far from 0: true statements pass, and planted false ones are found."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from benchmarks.soundness import far
from benchmarks.soundness.kinds import minimisers, properties
from benchmarks.soundness.truth.value import value_at
from symcheck.certificates.certify import certify
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula


@pytest.mark.parametrize("count", [12, pytest.param(48, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", [minimisers, properties])
def test_a_few_trials_find_nothing_false(kind, count: int) -> None:
    judged = 0
    for index in range(count):
        outcome = kind.trial(random.Random(f"11 {index}"), index).run()
        assert outcome.wrong == ()
        judged += outcome.judged
    assert judged > count / 4


def _said(loss: str, penalty: str, condition: Condition, verdict: Verdict, **changes: object):
    """What the judge says of a finding with another verdict."""
    cert = certify(loss, penalty)
    found = replace(cert.property(condition), verdict=verdict, **changes)  # type: ignore[arg-type]
    return far._JUDGES[condition](cert, found, random.Random(1))


@pytest.mark.parametrize(
    ("loss", "penalty"),
    [
        ("muh", "entropy"), ("muh", "log(1 + total(z**2))"), ("mean(z) - z[y] - total(z**4)", "l2"),
        ("logsumexp(z) - z[y]", "total(z**2) - total(z**4)"), ("unhinged_margin", "chi_squared"),
    ],
)  # fmt: skip
def test_minimisers_that_are_not_held_are_found(loss: str, penalty: str) -> None:
    assert certify(loss, penalty).property(Condition.MINIMISERS_HELD).verdict is Verdict.REFUTED
    assert _said(loss, penalty, Condition.MINIMISERS_HELD, Verdict.REFUTED) is None
    assert _said(loss, penalty, Condition.MINIMISERS_HELD, Verdict.PROVED) is not None


@pytest.mark.parametrize(("loss", "penalty"), [("cross_entropy", "l2"), ("mae", "entropy"), ("muh", "log_cosh")])
def test_a_ray_along_which_nothing_escapes_is_found(loss: str, penalty: str) -> None:
    witness = certify("muh", "entropy").property(Condition.MINIMISERS_HELD).witness
    assert _said(loss, penalty, Condition.MINIMISERS_HELD, Verdict.PROVED) is None
    assert _said(loss, penalty, Condition.MINIMISERS_HELD, Verdict.REFUTED, witness=witness) is not None


@pytest.mark.parametrize(
    ("loss", "condition"),
    [
        ("muh", Condition.LOSS_BOUNDED_BELOW), ("mae", Condition.LOSS_CONVEX), ("gce", Condition.LOSS_CONVEX),
        ("cross_entropy", Condition.LOSS_SYMMETRIC), ("backward_uniform", Condition.LOSS_BOUNDED_BELOW),
    ],
)  # fmt: skip
def test_false_properties_are_found(loss: str, condition: Condition) -> None:
    assert _said(loss, "l2", condition, Verdict.PROVED) is not None


def test_false_bounds_are_found() -> None:
    told = "0 <= l(z, y) <= 1 for every z"
    assert _said("mae", "l2", Condition.LOSS_BOUNDED, Verdict.PROVED) is None
    assert _said("mae", "l2", Condition.LOSS_BOUNDED, Verdict.PROVED, detail=told) is not None


def test_values_away_from_zero() -> None:
    formula = certify("square", "l2").loss.formula
    assert isinstance(formula, Formula)
    z = (Fraction(2), Fraction(-1), Fraction(1, 2))
    assert value_at(formula, z, 0, {}) == Fraction(1, 2) * (1 + 1 + Fraction(1, 4))
    assert value_at(formula, z, 1, {}) == Fraction(1, 2) * (4 + 4 + Fraction(1, 4))
