"""The line of the tier: what it says of a scope holds at each number of classes, and at special values."""

from __future__ import annotations

import pytest

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.tier_line import is_one_tier, tier_line, tiers_by_place
from symcheck.intake.catalogue import names
from symcheck.render.text import text_line

CLASSES = (2, 3, 11)


def tier_at(certificate: Certificate, classes: int) -> sc.Tier | None:
    """The tier at this C, special values of parameters apart; None where there is more than one."""
    found = {case.tier if case.is_one_tier else None for case in certificate.at(C=classes).cases if not case.is_special}
    return found.pop() if len(found) == 1 else None


@pytest.mark.parametrize("loss", names("loss"))
def test_one_tier_for_the_scope_is_the_tier_at_each_c(loss: str) -> None:
    certificate = sc.certify(loss, "l2")
    if is_one_tier(certificate):
        low, high = certificate.scope.classes.low, certificate.scope.classes.high
        inside = [c for c in CLASSES if low <= c and (high is None or c <= high)]
        assert {tier_at(certificate, c) for c in inside} <= {certificate.tier}
        assert text_line(tier_line(certificate)).startswith(f"tier {certificate.tier.name}")


@pytest.mark.parametrize(
    ("loss", "line"),
    [
        ("one_vs_rest_logistic", "EXACT for C = 2, QUOTIENT for every C >= 3"),
        ("focal", "SCALED for every C >= 2, but EXACT where gamma = 0"),
        ("label_smoothing", "SCALED for every C >= 2, but EXACT where r = 0"),
        ("class_weighted_ce", "CLASSWISE at some points with C >= 2, but SCALED where w_1 = ... = w_C"),
        (
            "sigmoid_focal",
            "SCALED for C = 2, QUOTIENT for every C >= 3, but EXACT for C = 2 where gamma = 0",
        ),
    ],
)
def test_what_holds_by_cases_is_said_by_cases(loss: str, line: str) -> None:
    assert text_line(tiers_by_place(sc.certify(loss, "l2"))) == line


def test_a_special_value_without_a_tier_of_its_own_is_not_told() -> None:
    assert any(case.is_special for case in sc.certify("gce").cases)
    assert "but" not in str(sc.certify("gce"))


def test_special_values_are_said_of_one_tier_too() -> None:
    line = text_line(tier_line(sc.certify("sce", "l2")))
    assert line.startswith("tier SCALED, but EXACT where lambda_ = 0, with kappa = (C + lambda_)/C: ")


@pytest.mark.parametrize(
    "loss", ["one_vs_rest_logistic", "square", "multi_margin", "sigmoid_focal", "backward_uniform"]
)
def test_a_repair_says_no_tier_that_is_another_one_at_some_c(loss: str) -> None:
    for repair in sc.certify(loss, "l2").repairs:
        certificate = repair.certificate
        line = text_line(repair.item().line)
        if f": tier {certificate.tier.name} for " in line:
            low, high = certificate.scope.classes.low, certificate.scope.classes.high
            inside = [c for c in CLASSES if low <= c and (high is None or c <= high)]
            assert {tier_at(certificate, c) for c in inside} == {certificate.tier}, line
        else:
            assert "; tier " in line


def test_the_label_that_is_weighed_keeps_its_tier_at_two_classes() -> None:
    (repair,) = [r for r in sc.certify("one_vs_rest_logistic", "l2").repairs if r.title == "weight the label"]
    assert text_line(repair.item().line) == (
        "weight the label: for every C >= 2; tier EXACT for C = 2, SCALED for every C >= 3"
    )
    assert repair.certificate.at(C=2).tier is sc.Tier.EXACT
