"""Regularizers z'Az with a given A: order 1 to the limit, order 2 between clean and noisy (THEORY 5)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from numerics import datasets
from numerics.confirmations.confirmation import confirm
from numerics.confirmations.experiment import Experiment
from numerics.confirmations.predict import Curve, Expected
from numerics.errors import ConfirmationError
from numerics.formulas.objective import Objective
from numerics.formulas.predicted_numbers import PredictedNumbers, predicted_numbers
from numerics.models.linear import Outputs
from numerics.runs.agreement import Outcome
from symcheck.budget import Budget
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.conditions.orders.order import orders_of
from symcheck.intake.catalogue import loss_named
from symcheck.language.array import Matrix
from symcheck.language.classwise import ClassParameter, MatrixParameter, quadratic_form
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import logsumexp, total
from symcheck.language.scope import Classes, Scope


def recipe(classes: int) -> Matrix:
    """The A of THEORY 5, U diag(geomspace(1, 10, C)) U'/2, U the Q factor of standard normal numbers.

    A certificate is about exact numbers: the entries are rounded to six decimals, and those above the diagonal are
    those below it, so that A is symmetric.  Its constants then move by about 1e-6 of themselves.
    """
    u, _ = np.linalg.qr(np.random.default_rng(1).standard_normal((classes, classes)))
    a = u @ np.diag(np.geomspace(1, 10, classes)) @ u.T / 2
    return tuple(
        tuple(Fraction(round(float(a[min(i, j), max(i, j)]) * 10**6), 10**6) for j in range(classes))
        for i in range(classes)
    )


@cache
def certificate(loss: str, classes: int) -> Certificate:
    matrix = MatrixParameter("A", recipe(classes), positive_definite=True)
    return certify(loss, lambda z: quadratic_form(matrix, z))


# THEORY 5, "Measured in float64": digits+bias CE + z'Az 1.000, .019919/.019919; iris+bias with the same recipe .029595
@pytest.mark.parametrize(("data", "classes", "constant"), [("iris", 3, "0.029595"), ("digits", 10, "0.019919")])
def test_the_numbers_of_the_theory(data, classes, constant):
    found = confirm(certificate("cross_entropy", classes), data=data)
    rows = {row.name: row for row in found.agreement.rows}
    assert {row.outcome for row in rows.values()} == {Outcome.AGREES}
    assert rows[f"{Curve.CLEAN}, order in 1/lambda"].predicted == 1
    assert rows[f"{Curve.CLEAN}, order in 1/lambda"].measured == pytest.approx(1, abs=1e-3)
    limit = rows[f"{Curve.CLEAN}, constant of 1/lambda"]
    assert (f"{limit.predicted:.6f}", f"{limit.measured:.6f}") == (constant, constant)
    # D_cn is of order 2: D^2 l is the same for every label, and g is quadratic
    assert rows[f"{Curve.GAP}, order in 1/lambda"].predicted == 2
    assert rows[f"{Curve.GAP}, order in 1/lambda"].measured == pytest.approx(2, abs=2e-2)
    assert f"{Curve.GAP}, constant of 1/lambda^2" in rows


def test_a_loss_whose_second_derivative_depends_on_the_label_is_of_order_1_throughout():
    found = confirm(certificate("gce", 3), data="iris")
    assert found.outcome is Outcome.AGREES
    orders = [row.predicted for row in found.agreement.rows if row.name.endswith("order in 1/lambda")]
    assert orders == [1, 1, 1]


def test_an_exact_pair_leaves_its_limit_and_no_noise_turns_it():
    # 1/2 ||z - o_y||^2 + z'Az: the noisy minimiser is a times the clean one at every alpha (Theorem 1)
    found = confirm(certificate("square_centred", 3), data="iris")
    assert found.outcome is Outcome.AGREES
    names = [row.name for row in found.agreement.rows]
    assert f"{Curve.CLEAN}, order in 1/lambda" in names
    assert any(name.startswith(f"{Curve.GAP}, at lambda") for name in names)  # it is 0, and stays so


def otherwise(true: Certificate, **changes):
    false = SimpleNamespace(
        problem=true.problem,
        loss=true.loss,
        regularizer=true.regularizer,
        scope=true.scope,
        prediction=replace(true.prediction, **changes),
        reference_orders=true.reference_orders,
        finding=true.finding,
    )
    false.at = lambda *_, **__: false
    return false


def test_another_matrix_than_that_of_the_regularizer_is_contradicted():
    true = certificate("cross_entropy", 3)
    rows = true.prediction.hessian
    turned = tuple(row[::-1] for row in rows[::-1])  # the classes 1, 2, 3 in the order 3, 2, 1
    for false in (turned, tuple(tuple(x * Fraction(1001, 1000) for x in row) for row in rows)):
        found = confirm(otherwise(true, hessian=false), data="iris")
        wrong = [row.name for row in found.agreement.rows if row.outcome is Outcome.CONTRADICTS]
        assert wrong[0].startswith("clean labels: lambda Z from its limit")


@pytest.mark.parametrize(("to_limit", "clean_to_noisy"), [(2, 2), (1, 1)])
def test_another_order_is_contradicted(to_limit, clean_to_noisy):
    true = certificate("cross_entropy", 3)
    (known,) = true.prediction.orders
    false = otherwise(true, orders=(replace(known, to_limit=to_limit, clean_to_noisy=clean_to_noisy),))
    found = confirm(false, data="iris")
    wrong = {row.name for row in found.agreement.rows if row.outcome is Outcome.CONTRADICTS}
    clean, noisy, gap = (f"{curve}, order in 1/lambda" for curve in Curve)
    assert wrong == ({clean, noisy} if to_limit == 2 else {gap})


def test_the_entries_are_part_of_what_names_a_run():
    first = confirm(certificate("muh", 3), data="iris").run.spec
    other = [list(row) for row in recipe(3)]
    other[0][0] += 1
    second = confirm(certify("muh", lambda z: quadratic_form(MatrixParameter("A", other), z)), data="iris").run.spec
    assert first.regularizer == second.regularizer
    assert first.hash != second.hash


# free entries


def test_free_entries_are_trained_at_their_default():
    free = MatrixParameter("A", positive_definite=True, default="diagonal")
    found = confirm(certify("cross_entropy", lambda z: quadratic_form(free, z)), data="iris")
    assert found.outcome is Outcome.AGREES
    entries = "((1/2, 0, 0), (0, 1, 0), (0, 0, 3/2))"
    assert found.agreement.notes == (
        f"free parameters of the certificate are trained at their defaults: A = {entries}",
    )
    assert found.run.spec.parameters == (("A", entries),)


def test_free_entries_without_a_default_are_asked_for():
    free = MatrixParameter("A", positive_definite=True)
    certified = certify("cross_entropy", lambda z: quadratic_form(free, z))
    with pytest.raises(ConfirmationError) as raised:
        confirm(certified, data="iris")
    assert str(raised.value) == (
        f"A: the certificate of cross_entropy + {certified.regularizer.title} leaves its entries free, and they have "
        "no default to train with; give them: cert.at(A=...)"
    )
    assert confirm(certified.at(A=[[2, 0, 0], [0, 1, 0], [0, 0, 3]]), data="iris").outcome is Outcome.AGREES


# the orders that are derived, against the expansion of the minimiser on random features and labels


z, y = symbols()
CE = Formula.of(logsumexp(z) - z[y])
SKEW = ((12, 0, 1), (0, 8, -1), (1, -1, 10))
ADJUGATE = ((79, -1, -8), (-1, 119, 12), (-8, 12, 96))  # 940 times the inverse of SKEW
UNEVEN = ((3, -1, -2), (-1, 3, -2), (-2, -2, 4))


def drawn(loss, matrix, *, quotient=False):
    """The orders of the three distances on the random data that stand for generic ones."""
    rows = torch.tensor([[float(x) for x in row] for row in matrix], dtype=torch.float64)
    form = Formula.of(quadratic_form(MatrixParameter("A", matrix), z))
    values = {p.name: float(p.default) for p in loss.parameters}
    claim = PredictedNumbers(
        name="drawn", objective=Objective(loss, form, values), classes=len(matrix), kappa=1.0,
        hessian=2 * rows, quotient=quotient, noise_power=1.0, order=None, assumed={},
    )  # fmt: skip
    iris = datasets.load("iris" if len(matrix) == 3 else "breast_cancer")
    kind = Outputs.CENTRED if quotient else Outputs.FULL
    made = Experiment.of(claim, "any", torch.from_numpy(iris.standardised()), torch.from_numpy(iris.labels), 0.4, kind)
    return [None if power is None else power.order for power in Expected.of(made).generic.powers.values()]


CASES = [
    *[
        (loss_named(name).recorded, recipe(3), False)
        for name in ("cross_entropy", "nce", "gce", "mae", "square_centred")
    ],
    *[(loss_named(name).recorded, recipe(2), False) for name in ("cross_entropy", "nce", "gce", "mae")],
    (CE, ADJUGATE, False),  # anisotropic, and of order 2
    (CE, SKEW, False),  # the identity on the complement of 1, and of order 1
    (CE, UNEVEN, True),
    (Formula.of(logsumexp(z) - z[y] + ClassParameter("w", (1, 2, 4))[y] * total(z**2) / 2), recipe(3), False),
    (Formula.of(logsumexp(z) - z[y] + total(ClassParameter("w", (1, 2, 4)) * z**2) / 2), recipe(3), False),
]


@pytest.mark.parametrize(("loss", "matrix", "quotient"), CASES)
def test_derived_orders_are_those_of_random_data(loss, matrix, quotient):
    form = Formula.of(quadratic_form(MatrixParameter("A", matrix), z))
    scope = Scope(Classes(len(matrix), len(matrix)), loss.parameters)
    (order,) = orders_of(loss, form, scope, quotient=quotient, budget=Budget(20))
    clean, noisy, gap = drawn(loss, matrix, quotient=quotient)
    assert (clean, noisy) == (order.to_limit, order.to_limit)
    if order.clean_to_noisy is not None:
        assert gap == order.clean_to_noisy


def test_a_claim_takes_the_matrix_as_it_is():
    claim = predicted_numbers(certificate("cross_entropy", 3), 3, "iris")
    exact = [[2 * float(x) for x in row] for row in recipe(3)]
    assert claim.hessian.tolist() == exact
