"""Samples that no network is trained on, and the same networks without a penalty beside."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from numerics import confirm, datasets, trained
from numerics.data.held_out import held_out
from numerics.data.samples import parted, samples_of
from numerics.errors import ConfirmationError, DataError
from numerics.models import cnn, mlp, random_features
from numerics.models.given_module import GivenModule
from numerics.networks.accuracies import accuracies
from numerics.networks.optimisers import SGD, Adam
from numerics.networks.training import Training
from numerics.networks.without_penalty import beside_without_penalty
from numerics.noise.laws import clean_law, noisy_law
from numerics.runs.agreement import Outcome

IRIS = datasets.load("iris")
SMALL = mlp.Network(widths=(4,), activation="tanh")


def run(ce, model=SMALL, data="iris", steps=60, **settings):
    settings = {"alphas": [0.25], "rhos": [0, 0.4], "seeds": [1, 2]} | settings
    return trained(ce, model, data, training=Training(optimiser=Adam(lr=0.02), steps=steps), **settings)


def test_a_share_of_each_class_is_held_out_and_prepared_as_the_rest(ce):
    found = run(ce, test=0.2)
    kept, test = found.problem.inputs, found.held_out
    assert (len(kept), len(test.inputs)) == (120, 30)
    assert torch.bincount(test.labels).tolist() == [10, 10, 10]
    torch.testing.assert_close(kept.mean(0), torch.zeros(4, dtype=torch.float64), rtol=0, atol=1e-12)
    assert float(test.inputs.mean(0).abs().max()) > 1e-3  # moved and scaled as the training part is
    parts = parted(samples_of("iris"), 0.2)
    mean, spread = parts.train.features.mean(0), parts.train.features.std(0)
    torch.testing.assert_close(test.inputs, torch.from_numpy((parts.test.features - mean) / spread))
    joined = np.vstack([parts.train.features, parts.test.features])
    assert sorted(map(tuple, joined)) == sorted(map(tuple, IRIS.features))


def test_without_a_test_part_nothing_is_held_out(ce):
    assert run(ce, steps=1).held_out is None
    assert run(ce, steps=1, test=0).held_out is None
    assert accuracies(run(ce, steps=1)).held_out is None


def test_a_test_part_of_its_own_has_the_same_scores_as_in_the_data(ce):
    own = (IRIS.features[::3], IRIS.labels[::3])
    for model in (SMALL, cnn.Network(channels=(2, 2)), GivenModule(lambda: nn.Linear(4, 3), standardised=False)):
        found = run(ce, model, test=own, steps=2)
        assert torch.equal(found.held_out.inputs, found.problem.inputs[::3])
    assert held_out(own, IRIS).labels.tolist() == found.held_out.labels.tolist()


def test_accuracies_are_over_clean_labels(ce):
    found = run(ce, test=0.2)
    seen = accuracies(found)
    for k in range(4):
        module = found.module(k)
        with torch.no_grad():
            there = (module(found.held_out.inputs).argmax(1) == found.held_out.labels).double().mean()
            here = (module(found.problem.inputs).argmax(1) == found.labels).double().mean()
        assert seen.held_out[k] == pytest.approx(float(there))
        assert seen.training[k] == pytest.approx(float(here))
    assert min(seen.held_out) > 0.7


def test_torch_data_are_held_out_too(ce):
    inputs, labels = torch.from_numpy(IRIS.features).float(), torch.from_numpy(IRIS.labels)
    data = TensorDataset(inputs, labels)
    share = run(ce, data=data, test=0.2, steps=2)
    assert (len(share.problem.inputs), len(share.held_out.inputs)) == (120, 30)
    # a test part of one class
    own = run(ce, data=data, test=TensorDataset(inputs[:50], labels[:50]), steps=2)
    assert torch.equal(own.held_out.inputs, inputs[:50].double())


TORCH = TensorDataset(torch.ones(4, 2), torch.tensor([0, 1, 0, 1]))
WRONG = {
    "a share of 1": ("iris", 1.0, "test: got 1.0; accepted is the share of the samples to test on, from 0 to below 1"),
    "a truth": ("iris", True, "test: got True; accepted is the share of the samples to test on, from 0 to below 1"),
    "nan": ("iris", math.nan, "test: got nan; accepted is the share of the samples to test on, from 0 to below 1"),
    "torch beside a table": (
        "iris",
        TORCH,
        "test: got a TensorDataset beside data that are a table: a name, a file, a data frame or a pair (X, y); "
        "accepted is a share of the samples, or data of the same kind",
    ),
    "a table beside torch": (
        TORCH,
        ([[1.0, 2.0]], [0]),
        "test: got a tuple beside data that are a torch Dataset or DataLoader; accepted is a share of the samples, or "
        "data of the same kind",
    ),
    "another shape": (
        TORCH,
        TensorDataset(torch.ones(2, 3), torch.tensor([0, 1])),
        "test: got samples of shape (3,) beside data of shape (2,); accepted are samples of one shape",
    ),
    "another class": (
        TORCH,
        TensorDataset(torch.ones(2, 2), torch.tensor([0, 2])),
        "test: got the label 2 in TensorDataset; accepted are those of the data, 0 to 1",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_test_parts_are_refused(ce, what):
    data, test, message = WRONG[what]
    with pytest.raises(DataError) as caught:
        run(ce, data=data, test=test, rhos=[0], steps=1)
    assert str(caught.value) == message


def test_without_a_penalty_the_loss_alone_is_trained(ce):
    found = trained(
        ce, SMALL, "iris", alphas=[0.25], rhos=[0, 0.4], seeds=[3], test=0.2,
        training=Training(optimiser=SGD(lr=0.1), steps=20),
    )  # fmt: skip
    beside = beside_without_penalty(found)
    for k, rho in enumerate((0.0, 0.4)):
        module = SMALL.seeded((4,), 3, 3).double()
        nn.init.zeros_(module[-1].weight)
        nn.init.zeros_(module[-1].bias)
        optimiser = torch.optim.SGD(module.parameters(), lr=0.1)
        for _ in range(20):
            optimiser.zero_grad()
            law = noisy_law(clean_law(found.labels, 3), rho)
            nn.functional.cross_entropy(module(found.problem.inputs), law).backward()
            optimiser.step()
        flat = torch.cat([p.detach().flatten() for p in module.parameters()])
        torch.testing.assert_close(beside.alone.weights[k], flat, rtol=0, atol=1e-12)
        with torch.no_grad():
            there = (module(found.held_out.inputs).argmax(1) == found.held_out.labels).double().mean()
        assert beside.pairs[k].held_out == (accuracies(found).held_out[k], pytest.approx(float(there)))
    assert beside.alone.cases[0].alpha == math.inf


def test_the_table_has_mean_and_spread_and_claims_nothing(ce):
    found = run(ce, test=0.2)
    table = str(beside_without_penalty(found))
    head, *rows = table.partition("\n\n")[0].splitlines()
    note = " ".join(table.partition("\n\n")[2].split())
    assert head.split()[0] == "rho"
    assert [row.split()[0] for row in rows] == ["0", "0.4"]
    held = [100 * found for found in accuracies(found).held_out]
    clean = [held[found.index(0.25, 0.0, seed)] for seed in (1, 2)]
    assert f"{np.mean(clean):.1f} +- {np.std(clean, ddof=1):.1f}" in rows[0]
    assert note == (
        "accuracy over clean labels in per cent, mean +- standard deviation over seeds; without a penalty: the same "
        "networks from the same start on the same labels, by the same optimiser, trained on the loss alone for 60 "
        "steps; nothing is claimed of them"
    )
    assert "-  " in str(beside_without_penalty(run(ce, steps=2)))


def test_a_loss_alone_that_diverges_says_so(ce):
    found = run(ce, steps=2)
    far = trained(
        ce, nn.Sequential(nn.Linear(4, 3)), "iris", alphas=[0.25], rhos=[0.4], training=Training(steps=1), test=0.2
    )
    object.__setattr__(far.training, "optimiser", SGD(lr=1.7e308))
    object.__setattr__(far, "steps", (4,))
    told = beside_without_penalty(far)
    assert told.pairs == ()
    assert told.alone is None
    assert str(told).startswith("training on the loss alone failed: optimiser: with SGD(lr=1.7e+308")
    assert len(beside_without_penalty(found, alpha=0.25).pairs) == 4


def test_a_confirmation_shows_the_accuracy_beside_its_verdict(certified, tmp_path):
    cert = certified("cross_entropy", "l2")
    found = confirm(
        cert, "iris", 0.4, model=SMALL, seeds=2, test=0.2, training=Training(steps=40), out=tmp_path / "out"
    )
    table = str(found)
    assert table.startswith(found.agreement.to_text())
    assert table.endswith(str(found.without_penalty))
    assert "held out, l alone" in table
    assert found.without_penalty.to_markdown().strip() in (tmp_path / "out" / "report.md").read_text("utf-8")
    record = json.loads((tmp_path / "out" / "confirmation.json").read_text("utf-8"))
    assert record["spec"]["samples"] == 120
    assert record["spec"]["held_out"] == 30
    assert [pair["seed"] for pair in record["without_penalty"]["pairs"]] == [0, 0, 1, 1]
    assert confirm(cert, "iris", 0.4, model=SMALL, seeds=2, steps=1).without_penalty is None


def test_a_confirmation_takes_loaders_and_noise_of_one_s_own(certified):
    inputs = torch.from_numpy(IRIS.standardised()[:, :-1])
    loader = DataLoader(TensorDataset(inputs, torch.from_numpy(IRIS.labels)), batch_size=16, shuffle=True)
    matrix = [[0.7, 0.2, 0.1], [0, 0.8, 0.2], [0.3, 0, 0.7]]
    found = confirm(certified("cross_entropy", "l2"), loader, 0.2667, model=SMALL, seeds=2, noise=matrix)
    assert found.outcome is Outcome.AGREES
    assert "noise: a matrix T; no claim is made of the noise factor and of the common limit" in found.agreement.notes
    assert found.spec.noise_words == "noise that was given, a matrix T, rho = 0.2667"
    assert found.spec.data == "TensorDataset"


def test_the_linear_model_has_no_such_settings(certified):
    cert = certified("cross_entropy", "l2")
    with pytest.raises(ConfirmationError) as caught:
        confirm(cert, "iris", test=0.2)
    assert str(caught.value) == (
        "test: the linear model is solved exactly, at alphas of its own, and has no such setting; leave it out, or "
        "take a network, such as model='mlp'"
    )


@pytest.mark.slow
def test_random_features_of_torch_data_are_solved_exactly(certified):
    inputs = torch.from_numpy(IRIS.standardised()[:, :-1])
    data = TensorDataset(inputs, torch.from_numpy(IRIS.labels))
    cert = certified("cross_entropy", "l2")
    table, found = (confirm(cert, given, model=random_features.Network(width=6)) for given in ("iris", data))
    assert found.outcome is table.outcome
    assert [row.name for row in found.agreement.rows] == [row.name for row in table.agreement.rows]
    assert found.agreement.rows[0].measured == pytest.approx(table.agreement.rows[0].measured, rel=1e-6)
