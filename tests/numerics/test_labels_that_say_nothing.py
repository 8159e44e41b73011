"""Where labels pull at no weight all that a claim is held to is rounding, and nothing is decided by it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import symcheck
from numerics import datasets
from numerics.confirmations.networks.claim_rows import claim_rows
from numerics.confirmations.networks.confirming import confirmed_network
from numerics.confirmations.networks.judged import Judged
from numerics.datasets.base import Dataset
from numerics.errors import ConfirmationError
from numerics.formulas.predicted_numbers import PredictedNumbers, predicted_numbers
from numerics.networks.optimisers import Adam
from numerics.networks.train import trained
from numerics.networks.training import Training
from numerics.networks.until import Until
from numerics.runs.agreement import Outcome

ALPHA, RHO = 2.0**-8, 0.4


class Odd(nn.Module):
    """Without biases, so that f(-x) = -f(x): over symmetric inputs every mean gradient cancels."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(4, 8, bias=False), nn.Linear(8, 3, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.last(torch.tanh(self.first(x)))
        return found


def every_label(seed: int, *, symmetric: bool) -> Dataset:
    """Each row with each of three labels."""
    rows = np.random.default_rng(seed).normal(size=(10, 4))
    rows = np.vstack([rows, -rows]) if symmetric else rows
    labels = np.tile(np.arange(3), len(rows))
    return Dataset("every label", np.repeat(rows, 3, 0), labels, 3, "generated", "none")


def true_claim() -> PredictedNumbers:
    return predicted_numbers(symcheck.certify("cross_entropy", "l2"), 3, "the data")


@pytest.mark.parametrize("symmetric", [True, False])
def test_they_are_refused(*, symmetric: bool) -> None:
    with pytest.raises(ConfirmationError) as error:
        confirmed_network(true_claim(), Odd, every_label(0, symmetric=symmetric), RHO, seeds=(0, 1))
    assert str(error.value) == (
        "data: at the start the labels pull at no weight, up to rounding: they say nothing of the features, or the "
        "noise leaves nothing of them; then all scores tend to 0, and there is no limit to look at: take data "
        "whose labels depend on the features, a smaller rho, or another start"
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("symmetric", [True, False])
def test_rows_of_rounding_decide_nothing(seed: int, *, symmetric: bool) -> None:
    claim = true_claim()
    found = trained(
        claim, Odd, every_label(seed, symmetric=symmetric), alphas=[ALPHA], rhos=[0.0, RHO], seeds=[seed],
        training=Training(steps=10), until=lambda problem, labels: Until.of(claim, problem, labels),
    )  # fmt: skip
    assert found.until is not None
    places = (found.index(ALPHA, 0.0, seed),), (found.index(ALPHA, RHO, seed),)
    rows = claim_rows(Judged(claim, found, *places, RHO, found.until.layer))
    assert {row.outcome for row in rows} == {Outcome.INCONCLUSIVE}


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_dead_units_decide_nothing(dtype: torch.dtype) -> None:
    # steps so long that no unit is left that moves: scores are constants, and the classes of iris are of one size
    found = confirmed_network(
        true_claim(), "mlp", datasets.load("iris"), RHO, seeds=(0, 1), alpha=ALPHA, dtype=dtype,
        training=Training(optimiser=Adam(lr=10.0), steps=60),
    )  # fmt: skip
    assert found.outcome is Outcome.INCONCLUSIVE


def test_noise_that_leaves_a_trace_contradicts_nothing() -> None:
    found = confirmed_network(
        true_claim(), "mlp", datasets.load("iris"), 2 / 3 - 1e-10, seeds=(0, 1), training=Training(steps=100)
    )
    assert found.outcome is not Outcome.CONTRADICTS
