"""Orders of pairs that treat all classes alike, read class by class as well: choices up to names, and all of them."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symcheck as sc
from symcheck.budget import Budget
from symcheck.conditions.orders.order import orders_at, orders_of
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.language.classwise import MatrixParameter, quadratic_form
from symcheck.language.formula import Formula, symbols
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Undecided


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


@pytest.mark.parametrize(("power", "is_stated"), [("5/2", False), ("3", False), ("7/2", True), ("13/2", True)])
def test_no_order_rests_on_a_derivative_that_does_not_exist_class_by_class(power: str, is_stated: bool) -> None:
    """With |z|^k in g the order is at most k - 2, whatever is left of the loss first: order 1 needs k > 3."""
    matrix = MatrixParameter("A", ((2, 0, 0), (0, 1, 0), (0, 0, 1)))
    loss = sc.certify("gce", "l2", classes=3).problem.loss.formula
    z, _ = symbols()
    penalty = Formula.of(quadratic_form(matrix, z) + sc.total(sc.abs(z) ** Fraction(power)))
    scope = Scope(Classes(3, 3), loss.parameters)
    if is_stated:
        assert [o.to_limit for o in orders_at(loss, penalty, scope, quotient=False, budget=Budget(20))] == [1]
    else:
        with pytest.raises(Undecided):
            orders_at(loss, penalty, scope, quotient=False, budget=Budget(20))
