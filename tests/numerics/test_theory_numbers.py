"""The numbers of the theory: constants of the convergence, and what training shows about predicted classes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from numerics import datasets
from numerics.confirmations.confirmation import confirm
from numerics.confirmations.experiment import Experiment
from numerics.confirmations.judge import agreement_of
from numerics.confirmations.measure import measured
from numerics.confirmations.predict import Curve, Expected
from numerics.formulas.objective import Objective
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.linear.fits import FitProblem, fitted
from numerics.models.linear import LinearFamily
from numerics.noise.laws import clean_law, noisy_law
from numerics.runs.agreement import Outcome
from symcheck.certificates.certify import certify
from symcheck.language import functions as sc
from symcheck.language.formula import Formula, symbols


# THEORY 5, "Measured in float64", CE + l2 with bias; the rows with z'Az are in test_matrix.py
@pytest.mark.parametrize(
    ("data", "order", "constant"),
    [("iris", 2, 0.03040), ("digits", 2, 0.0075166), ("breast_cancer", 3, 0.010296)],
)
def test_order_and_constant_of_cross_entropy_with_l2(confirmed, data, order, constant):
    found = confirmed("cross_entropy", "l2", data)
    rows = {row.name: row for row in found.agreement.rows}
    slope = rows[f"{Curve.CLEAN}, order in 1/lambda"]
    assert slope.predicted == order
    assert slope.outcome is Outcome.AGREES
    row = rows[f"{Curve.CLEAN}, constant of 1/lambda^{order}"]
    assert row.predicted == pytest.approx(constant, rel=2e-4)
    assert row.outcome is Outcome.AGREES
    assert row.tolerance < 0.02 * constant
    # clean against noisy: (1 - a) times it at order 2, (1 - a^2) times it at order 3 (THEORY 5)
    a = 1 - 0.4 * found.expected.experiment.claim.classes / (found.expected.experiment.claim.classes - 1)
    share = 1 - a if order == 2 else 1 - a**2
    assert rows[f"{Curve.GAP}, constant of 1/lambda^{order}"].predicted == pytest.approx(
        share * row.predicted, rel=1e-9
    )


def test_a_penalty_of_degree_4_is_confirmed_in_power_scaled_scores():
    # THEORY 5: ||z||^4 with iris+bias, rho .5: slope 1/3 in alpha, noisy limit = a^(1/3) clean limit, a = 1/4
    found = confirm(certify("cross_entropy", lambda z: sc.total(z**2) ** 2), data="iris", rho="1/2")
    assert found.outcome is Outcome.AGREES
    rows = {row.name: row for row in found.agreement.rows}
    for curve in Curve:
        assert rows[f"{curve}, order in 1/lambda"].measured == pytest.approx(1 / 3, abs=1e-4)
    factor = next(row for name, row in rows.items() if name.startswith("noise factor"))
    assert factor.predicted == pytest.approx(0.25 ** (1 / 3))
    assert factor.measured == pytest.approx(0.25 ** (1 / 3), abs=1e-5)
    # Z' = Z_0 + s Z_1, and for noise c = a^(1/3): c Z_0 + s c^(3-4) Z_1, so the gap is |c^(2-4) - 1| times the distance
    clean = rows[f"{Curve.CLEAN}, constant of s"]
    assert rows[f"{Curve.GAP}, constant of s"].predicted == pytest.approx(
        (0.25 ** (-2 / 3) - 1) * clean.predicted, rel=1e-9
    )


@pytest.mark.parametrize(("loss", "penalty"), [("gce", "cubic"), ("cross_entropy", "l1_5")])
def test_homogeneous_penalties_of_the_catalogue_are_confirmed(loss, penalty):
    found = confirm(certify(loss, penalty), data="iris", rho="1/2")
    assert found.outcome is Outcome.AGREES
    assert all(m.solved for m in found.run.measurements)


def test_another_power_of_alpha_is_contradicted():
    # claimed: scores scale with alpha^(1/2), as they would for a penalty of degree 3; they scale with alpha^(1/3)
    claim = predicted_numbers(certify("cross_entropy", "quartic"), 3, "iris")
    assert claim.power == pytest.approx(1 / 3)
    cpu = torch.device("cpu")
    expected = Expected.of(Experiment.on(replace(claim, noise_power=1 / 2), datasets.load("iris"), 0.5, cpu))
    found = {row.name: row.outcome for row in agreement_of(expected, measured(expected)).rows}
    wrong = [name for name, outcome in found.items() if outcome is Outcome.CONTRADICTS]
    assert len(wrong) == 1
    assert wrong[0].startswith("noise factor")


z, y = symbols()
CROSS_ENTROPY = Objective(Formula.of(sc.logsumexp(z) - z[y]), Formula.of(sc.total(z**2) / 2))


def trained(data, rho, lambdas):
    """The scores at each lambda on clean and on noisy labels, and the labels."""
    dataset = datasets.load(data)
    family = LinearFamily.of(torch.from_numpy(dataset.standardised()), dataset.classes)
    clean = clean_law(torch.from_numpy(dataset.labels), dataset.classes)
    laws = [clean, noisy_law(clean, rho)]
    moments = torch.stack([family.pulled_back(law - 1 / dataset.classes) for law in laws for _ in lambdas])
    weights = torch.tensor([*lambdas, *lambdas], dtype=torch.float64)
    found = fitted(FitProblem(family, CROSS_ENTROPY, weights, moments), 1e-10)
    assert found.solved.all()
    return family.outputs(found.weights).unflatten(0, (2, -1)), torch.from_numpy(dataset.labels)


# THEORY 10, last paragraph: argmax agreement of clean and noisy minimisers at lambda 1e-4, .01, .1, 1, 10, in percent,
# and the clean accuracy, which falls to that of least squares
@pytest.mark.parametrize(
    ("data", "rho", "agreement", "accuracy"),
    [
        ("iris", 0.6, [86.0, 89.3, 96.7, 100, 100], (98.0, 84.7)),
        ("digits", 0.72, [96.0, 97.4, 98.4, 100, 100], (100, 94.7)),
    ],
)
def test_what_training_shows_about_predicted_classes(data, rho, agreement, accuracy):
    scores, labels = trained(data, rho, [1e-4, 0.01, 0.1, 1, 10])
    clean, noisy = scores.argmax(-1)
    same = (clean == noisy).double().mean(-1) * 100
    assert [round(float(s), 1) for s in same] == agreement
    right = (clean == labels).double().mean(-1) * 100
    assert (round(float(right[0]), 1), round(float(right[-1]), 1)) == accuracy


@pytest.mark.parametrize(("data", "rho"), [("iris", "3/5"), ("digits", "18/25")])
def test_the_lambda_beyond_which_no_class_differs_is_an_upper_bound(certified, data, rho):
    found = confirm(certified("cross_entropy", "l2"), data=data, rho=rho)
    safe = found.expected.safe
    assert safe.ties == 0
    row = next(row for row in found.agreement.rows if row.name.startswith("predicted classes that differ, all"))
    assert f"lambda >= {safe.lambda_:.3g}" in row.name
    assert row.outcome is Outcome.AGREES
    # below it classes do differ on these data: the bound is not an empty one
    assert safe.lambda_ < 100
    scores, _ = trained(data, found.expected.experiment.rho, [safe.lambda_, safe.lambda_ / 1000])
    clean, noisy = scores.argmax(-1)
    assert (clean[0] == noisy[0]).all()
    assert (clean[1] != noisy[1]).any()


def test_drawn_labels_have_a_limit_of_their_own_with_a_homogeneous_penalty_too():
    found = confirm(certify("cross_entropy", "l1_5"), data="iris", rho="1/2", noise="sampled", seed=3)
    assert found.outcome is Outcome.AGREES
    apart = next(row for row in found.agreement.rows if row.name == "distance of clean to sampled, as lambda -> oo")
    assert apart.predicted > 0.1
    assert not any("variance of the labels" in note for note in found.agreement.notes)
