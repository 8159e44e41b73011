"""Orders of pairs that treat all classes alike, read class by class as well: choices up to names, and all of them."""

from __future__ import annotations

import pytest

import symcheck as sc
from symcheck.budget import Budget
from symcheck.conditions.orders.order import orders_at, orders_of
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names


def assert_equal_both_ways(loss: str, regularizer: str, classes: int) -> bool:
    """Whether the pair has orders; those of both ways have to be the same, with the m of 1 - a^m."""
    cert = sc.certify(loss, regularizer, classes=classes)
    loss_formula, penalty = cert.problem.loss.formula, cert.problem.regularizer.formula
    if cert.verdict is not Verdict.PROVED or loss_formula.detaches or loss_formula.is_classwise:
        return False
    alike, apart = (
        find(loss_formula, penalty, cert.problem.scope, quotient=cert.quotient, budget=Budget(20))
        for find in (orders_of, orders_at)
    )
    # From C = 3 on the jets are not read for order 3.
    assert alike == apart or (classes > 2 and not alike and all(o.to_limit == 3 for o in apart)), (loss, regularizer)
    return bool(alike)


@pytest.mark.parametrize("regularizer", ["entropy", "log_cosh"])
def test_two_classes(regularizer: str) -> None:
    # at C = 2 an even penalty has no third derivative in the margin: the orders are 2 and 3, and m is 1, 2 or 3
    found = [assert_equal_both_ways(loss, regularizer, 2) for loss in names("loss")]
    assert sum(found) > 60


LOSSES = [
    "cross_entropy",
    "gce",
    "nce",
    "temperature_ce",
    "weston_watkins",
    "anl_ce",
    "pairwise_logistic",
    "squentropy",
]
PENALTIES = ["l2", "huber", "cosh_penalty", "tsallis", "renyi", "kl_uniform_repaired", "cubic", "exponential_penalty"]


@pytest.mark.parametrize("classes", [2, 3, 4])
def test_more_classes(classes: int) -> None:
    found = [assert_equal_both_ways(loss, penalty, classes) for loss in LOSSES for penalty in PENALTIES]
    assert sum(found) > 35
