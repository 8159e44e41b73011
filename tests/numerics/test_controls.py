"""Negative controls: what is false has to be contradicted, by the machine that lets the truth pass."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from numerics.confirmations.controls import (
    LAMBDAS,
    class_weights_as_scaled,
    plain_square_as_exact,
    turned_order,
    weighted_cross_entropy,
)
from numerics.confirmations.predict import Curve
from numerics.runs.agreement import Outcome
from symcheck.findings.tier import Tier


@pytest.mark.parametrize(("data", "true"), [("digits", 2), ("breast_cancer", 3)])
def test_cross_entropy_with_l2_is_never_of_order_1(confirmed, data, true):
    # THEORY 5: "never assert slope 1"
    found = turned_order(confirmed("cross_entropy", "l2", data))
    assert found.outcome is Outcome.CONTRADICTS
    assert [row.name for row in found.rows if row.outcome is Outcome.CONTRADICTS] == [
        f"{Curve.CLEAN}, order in 1/lambda",
        f"{Curve.NOISY}, order in 1/lambda",
    ]
    # the same machine lets the true order pass
    assert turned_order(confirmed("cross_entropy", "l2", data), true).outcome is Outcome.AGREES


def test_the_plain_square_loss_flips_a_prediction_at_every_lambda():
    # THEORY 10: C = 3, reference class, phi = (-3, 1), y = (1, 2), rho = .5: (1, 2) -> (1, 3) at every lambda >= 0
    found = plain_square_as_exact()
    assert found.outcome is Outcome.CONTRADICTS
    flips = [row for row in found.rows if row.name.startswith("predicted classes that differ at lambda")]
    assert [row.measured for row in flips] == [1.0] * len(LAMBDAS)
    assert found.notes[1:] == tuple(
        f"lambda = {lambda_:g}: predicted classes [1, 2] (clean), [1, 3] (noisy)" for lambda_ in LAMBDAS
    )


def test_class_weights_flip_a_prediction_at_every_lambda():
    # THEORY 10: class-weighted CE w = (1, 10, 1), C = 3, one point, y = 1, rho = .4: 1 -> 2 at every lambda
    found = class_weights_as_scaled()
    assert found.outcome is Outcome.CONTRADICTS
    flips = [row for row in found.rows if row.name.startswith("predicted classes that differ at lambda")]
    assert [row.measured for row in flips] == [1.0] * len(LAMBDAS)
    assert found.notes[1:] == tuple(
        f"lambda = {lambda_:g}: predicted classes [1] (clean), [2] (noisy)" for lambda_ in LAMBDAS
    )
    # with clean labels the claim holds: b_1 = -o_1, so S = o_1
    limit = next(row for row in found.rows if row.name.startswith("clean labels: lambda Z from its limit"))
    assert limit.outcome is Outcome.AGREES
    # noise mixes the gradients by their weights: -(.6 o_1 + .2 * 10 o_2 + .2 o_3) = (1/3, -16/15, 11/15), and its
    # norm over that of o_1 is sqrt(402/225) / sqrt(2/3) = sqrt(2.68)
    factor = next(row for row in found.rows if row.name.startswith("noise factor"))
    assert factor.predicted == pytest.approx(0.4)
    assert factor.measured == pytest.approx(2.68**0.5, rel=1e-4)


def test_equal_weights_would_let_the_claim_pass(monkeypatch):
    # THEORY 10: "none with w = 1"
    monkeypatch.setattr("numerics.confirmations.controls.WEIGHTS", (1, 1, 1))
    assert class_weights_as_scaled().outcome is Outcome.AGREES


def test_the_certificate_refutes_what_the_control_claims():
    from symcheck.certificates.certify import certify

    certificate = certify(weighted_cross_entropy((1, 10, 1)), "l2")
    assert (str(certificate.verdict), certificate.tier) == ("REFUTED", Tier.CLASSWISE)
    assert certificate.prediction is None


def test_its_flip_is_that_of_the_exact_solution():
    # by hand: weights t_c = mean(phi e_c)/mean(phi^2)/(1 + lambda); with e the conditional law, and z_3 = 0
    phi = torch.tensor([-3.0, 1.0], dtype=torch.float64)
    for law, classes in (
        ([[1, 0, 0], [0, 1, 0]], [1, 2]),
        ([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]], [1, 3]),
    ):
        weights = (phi[:, None] * torch.tensor(law, dtype=torch.float64)).mean(0) / phi.square().mean()
        scores = phi[:, None] * weights * torch.tensor([1.0, 1.0, 0.0], dtype=torch.float64)
        assert (scores.argmax(1) + 1).tolist() == classes


def test_a_control_would_be_missed_if_it_were_true(confirmed):
    # the rows at each lambda can agree: without noise nothing flips
    found = plain_square_as_exact()
    rows = [replace(row, measured=0.0) for row in found.rows if "that differ at lambda" in row.name]
    assert {row.outcome for row in rows} == {Outcome.AGREES}
