"""Formulas with a detached part: what is about a function is open, and the rest is decided."""

from __future__ import annotations

import pytest

import symcheck as sc
from symcheck.budget import Budget
from symcheck.conditions.convexity import convexity_finding
from symcheck.conditions.detached import (
    ABOUT_A_FUNCTION,
    NOTHING_TO_MINIMISE,
    has_detached,
    left_open,
    open_for_field,
    verdict_left_open,
    with_meaning,
)
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.reason import Code, Reason

SQUARE = parsed("total(z**2)/2", kind="regularizer")
FIELD = parsed("total(z*detach(z))", kind="regularizer")
"""Its field is z, with the derivative I; with detach(z) as a constant the second derivatives at 0 are 0."""

STEPS = (Step("value", "0"),)
WITNESS = Witness(2, "a value", "-1", "a value > 0")


@pytest.mark.parametrize("condition", ABOUT_A_FUNCTION)
@pytest.mark.parametrize("verdict", [Verdict.PROVED, Verdict.REFUTED])
def test_what_is_about_a_function_is_open_for_a_field(condition: Condition, verdict: Verdict) -> None:
    found = Finding(condition, verdict, "decided", derivation=STEPS, witness=WITNESS)
    left = left_open(found, FIELD)
    assert left.verdict is Verdict.UNDECIDED
    assert left.reason is ABOUT_A_FUNCTION[condition]
    assert (left.detail, left.witness, left.derivation) == (ABOUT_A_FUNCTION[condition].why, None, STEPS)
    assert left_open(found, SQUARE) is found


def test_what_is_open_already_keeps_its_reason() -> None:
    reason = Reason(Code.BUDGET, "too long", "wait")
    found = Finding(Condition.REGULARIZER_CURVATURE, Verdict.UNDECIDED, "too long", reason=reason)
    assert left_open(found, FIELD) is found


@pytest.mark.parametrize("condition", [c for c in Condition if c not in ABOUT_A_FUNCTION])
def test_other_conditions_are_not_touched(condition: Condition) -> None:
    found = Finding(condition, Verdict.PROVED, "decided")
    assert left_open(found, FIELD) is found
    assert open_for_field(condition, FIELD) is None


def test_verdicts_on_several_conditions_are_not_proved() -> None:
    assert [verdict_left_open(v, FIELD) for v in (Verdict.REFUTED, Verdict.UNDECIDED, Verdict.PROVED)] == [
        Verdict.REFUTED,
        Verdict.UNDECIDED,
        Verdict.UNDECIDED,
    ]
    assert verdict_left_open(Verdict.PROVED, SQUARE) is Verdict.PROVED


def test_one_detached_formula_is_enough() -> None:
    assert has_detached(SQUARE, FIELD)
    assert not has_detached(SQUARE, SQUARE)


def test_a_reader_is_told_what_the_derivatives_are_of() -> None:
    assert with_meaning("analytic", SQUARE) == "analytic"
    assert with_meaning("analytic", FIELD).startswith("analytic; what is meant is the field that autograd returns")


@pytest.mark.parametrize(
    ("formula", "condition"),
    [(FIELD, Condition.REGULARIZER_CONVEX), (parsed("detach(z)[y]**2", kind="loss"), Condition.LOSS_CONVEX)],
)
def test_convexity_of_values_says_nothing_of_a_field(formula: Formula, condition: Condition) -> None:
    found = convexity_finding(formula, Scope(), Budget(), condition)
    assert (found.verdict, found.reason) == (Verdict.UNDECIDED, ABOUT_A_FUNCTION[condition])


def test_the_hessian_of_the_formula_is_not_the_derivative_of_the_field() -> None:
    # F(z) = z - detach(z) = 0 at every z, though the second derivatives of the formula at 0 are those of ||z||^2/2.
    nothing = "total(z**2)/2 - total(z*detach(z))"
    certificate = sc.certify("cross_entropy", nothing)
    curvature = next(f for f in certificate.findings if f.condition is Condition.REGULARIZER_CURVATURE)
    assert curvature.verdict is Verdict.UNDECIDED
    assert curvature.reason == ABOUT_A_FUNCTION[Condition.REGULARIZER_CURVATURE]
    assert {case.verdict for case in certificate.cases} == {Verdict.UNDECIDED}


@pytest.mark.parametrize(
    "penalty",
    [
        "total(z**2)/2 - total(z*detach(z))",  # the field z - z = 0: there is no penalty
        "total(z**2)/2 - 2*total(z*detach(z))",  # the field -z
        "total(z*detach(z)) + total(detach(z)**2)",
        "total(z**2)/2 + mean(z)*mean(detach(z))",
    ],
)
def test_no_theorem_rests_on_the_curvature_of_a_penalty_with_a_detached_part(penalty: str) -> None:
    """A Hessian of the formula stood for the derivative of the field, on outputs with z_C = 0."""
    cert = sc.certify("cross_entropy", penalty)
    assert cert.theorems == ()
    assert {family.verdict for family in cert.families} == {Verdict.UNDECIDED}
    assert cert.property(Condition.REFERENCE_CURVATURE).verdict is Verdict.UNDECIDED
    assert all(a.verdict is not Verdict.PROVED for a in cert.full().theorems if "curvature" in str(a.premises))


@pytest.mark.parametrize("loss", ["focal_detached", "nfl_detached", "mean(z) - z[y] + (z[y] - detach(z[y]))"])
def test_a_decomposition_with_a_detached_part_says_that_it_is_about_values(loss: str) -> None:
    assert "training follows the field" in sc.decompose(loss).finite_lambda
    assert "training follows the field" not in sc.decompose("focal").finite_lambda


@pytest.mark.parametrize(
    ("loss", "penalty"),
    [
        ("focal_detached", "l2"),
        ("nfl_detached", "l2"),
        ("cross_entropy", "total(z**2)/2 + total(detach(z)**2)"),
        ("muh", "total(z**2)/(1 + total(detach(z)**2))"),
        ("mean(z) - z[y] + (z[y] - detach(z[y]))", "l2"),
    ],
)
def test_nothing_is_said_of_minimisers_where_there_is_nothing_to_minimise(loss: str, penalty: str) -> None:
    cert = sc.certify(loss, penalty)
    held = cert.property(Condition.MINIMISERS_HELD)
    assert (held.verdict, held.reason) == (Verdict.UNDECIDED, NOTHING_TO_MINIMISE)
    assert not cert.is_local
    assert "Minimisers" not in cert.still_holds
    assert all(family.verdict is not Verdict.REFUTED for family in cert.families)
