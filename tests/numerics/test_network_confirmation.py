"""A certificate beside networks: what holds for any scores, and noisy beside clean against the spread over seeds."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from torch import nn

import symcheck as sc
from numerics import confirm, datasets
from numerics.confirmations.controls import weighted_cross_entropy
from numerics.confirmations.network_confirmation import confirmed_network
from numerics.errors import ConfirmationError
from numerics.formulas.objective import Objective
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.networks.optimisers import LBFGS
from numerics.networks.training import Training
from numerics.runs.agreement import Outcome

QUICK = Training(optimiser=LBFGS(), steps=60)


@pytest.fixture(scope="module")
def certificate() -> sc.certification.Certificate:
    return sc.certify("cross_entropy", "l2")


def small() -> nn.Module:
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))


@pytest.mark.parametrize("name", ["cross_entropy", "focal", "nce"])
def test_the_limit_problem_at_trained_scores_is_that_of_the_certificate(name: str) -> None:
    """grad F_noisy(a Z) = a grad F_clean(Z) to rounding, however far training got."""
    found = confirm(sc.certify(name, "l2"), data="iris", model=small, training=QUICK)
    row = found.agreement.rows[0]
    assert row.outcome is Outcome.AGREES
    assert row.measured < 1e-12


def test_a_false_claim_about_networks_is_contradicted(certificate) -> None:
    """Class weights (1, 10, 1) make the tier CLASSWISE; with the claim of plain cross-entropy noise moves the limit."""
    claim = predicted_numbers(certificate, 3, "iris")
    false = replace(claim, objective=Objective(weighted_cross_entropy((1, 10, 1)), claim.objective.regularizer))
    found = confirmed_network(false, small, datasets.load("iris"), 0.4, training=QUICK)
    assert found.outcome is Outcome.CONTRADICTS
    # R = (1 - a) ||d||/||b||: b_y = -w_y o_y has squares w_y^2 (1 - 1/C), and d = -(1/C) sum_y w_y o_y; a = .4
    b = ((1 + 100 + 1) / 3 * (2 / 3)) ** 0.5
    d = (sum((w - 4) ** 2 for w in (1, 10, 1))) ** 0.5 / 3
    assert found.agreement.rows[0].measured == pytest.approx(0.6 * d / b)
    assert {row.outcome for row in found.agreement.rows[1:]} <= {Outcome.AGREES, Outcome.INCONCLUSIVE}


def test_noisy_networks_are_compared_with_the_spread_over_seeds(certificate) -> None:
    found = confirm(certificate, data="iris", model=small, training=Training(optimiser=LBFGS(), steps=200))
    assert [row.name.partition(",")[0] for row in found.agreement.rows[1:]] == [
        "distance (3)", "share of predicted classes that differ", "norm of noisy over clean",
    ]  # fmt: skip
    assert all(row.tolerance > 0 for row in found.agreement.rows[1:3])
    assert found.outcome is not Outcome.CONTRADICTS


def test_the_report_holds_table_and_record(certificate, tmp_path) -> None:
    confirm(certificate, data="iris", model=small, training=QUICK, out=tmp_path / "out")
    record = json.loads((tmp_path / "out" / "confirmation.json").read_text())
    assert record["schema"] == "symcheck.network-confirmation/1"
    assert len(record["comparisons"]) == 3
    assert "from the same seed" in (tmp_path / "out" / "report.md").read_text()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"model": small, "noise": "sampled"},
            "noise: got 'sampled' for a network, and drawn labels have a limit of their own, which is not known there; "
            "take noise='exact', or model='linear'",
        ),
        ({"training": QUICK}, "training: the linear model is solved exactly and has no settings; leave it out"),
        ({"model": small, "rho": 0}, "rho: got 0; without noise there is nothing to compare, take a rate above 0"),
    ],
)
def test_what_cannot_be_confirmed_is_said_before_training(certificate, given: dict, message: str) -> None:
    with pytest.raises(ConfirmationError) as caught:
        confirm(certificate, data="iris", **given)
    assert str(caught.value) == message


def test_one_seed_shows_no_spread(certificate) -> None:
    with pytest.raises(ConfirmationError) as caught:
        confirmed_network(predicted_numbers(certificate, 3, "iris"), small, datasets.load("iris"), 0.4, seeds=[0, 0])
    assert str(caught.value) == "seeds: got [0, 0]; two or more are needed, to see what depends on the seed"


@pytest.mark.cuda
def test_networks_are_confirmed_on_cuda(certificate) -> None:
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    found = confirm(certificate, data="iris", model=small, training=QUICK, device="cuda")
    assert found.agreement.rows[0].outcome is Outcome.AGREES


def test_a_penalty_of_another_degree_is_confirmed_as_well() -> None:
    """||z||^4: noise multiplies scores by a^(1/3)."""
    found = confirm(sc.certify("cross_entropy", "quartic"), data="iris", model=small, training=QUICK)
    assert found.agreement.rows[0].outcome is Outcome.AGREES
