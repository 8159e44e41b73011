"""Checkpoints: what they belong to, said of both trainings, and trainings that go on with more steps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
import torch
from torch import nn

from numerics import confirm
from numerics.errors import CheckpointError
from numerics.formulas.objective import Objective
from numerics.models import mlp
from numerics.networks.checkpoints import Checkpoint
from numerics.networks.optimisers import LBFGS, SGD, Adam
from numerics.networks.train import trained
from numerics.networks.training import Training
from symcheck import certify
from symcheck.language import functions as sc
from tests.sampled import one_in

SMALL = mlp.Network(widths=(5,), activation="tanh")
END = "; name another file, or remove this one to begin again"


def cross_entropy(z, y):
    return sc.logsumexp(z) - z[y]


class Curved(nn.Module):
    """Two layers with ``curve`` between them, of which its text says nothing."""

    def __init__(self, curve):
        super().__init__()
        self.a, self.b, self.curve = nn.Linear(4, 5), nn.Linear(5, 3), curve

    def forward(self, x):
        return self.b(self.curve(self.a(x)))


def of(curve):
    return lambda: Curved(curve)


GIVEN = {"model": of(torch.relu), "alphas": [0.1], "rhos": [0.0, 0.2], "seeds": [0, 1], "training": Training(steps=4)}


def run(ce, path, **changed):
    settings = GIVEN | changed
    pair, model, data = settings.pop("pair", ce), settings.pop("model"), settings.pop("data", "iris")
    return trained(pair, model, data, checkpoint=Checkpoint(path, every=2), **settings)


@pytest.mark.parametrize("curve", [torch.sin, torch.tanh, lambda h: torch.relu(h) * 1.0001, nn.functional.leaky_relu])
def test_a_module_with_another_forward_pass_does_not_go_on(ce, tmp_path, curve):
    path = tmp_path / "run.pt"
    first = run(ce, path)
    kept = path.read_bytes()
    with pytest.raises(CheckpointError) as raised:
        run(ce, path, model=of(curve))
    other = trained(ce, of(curve), "iris", **{k: v for k, v in GIVEN.items() if k != "model"})
    assert other.name != first.name
    assert str(raised.value) == (
        f"checkpoint: {path} belongs to the training {first.name}, and this one is {other.name}: the network computes "
        f"other scores at the same weights{END}"
    )
    assert path.read_bytes() == kept
    assert torch.equal(run(ce, path).weights, first.weights)  # the same forward pass goes on


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"alphas": [0.2]}, "alpha = 0.1 there and 0.2 here"),
        ({"seeds": [0, 2]}, "seeds = 0, 1 there and 0, 2 here; other initial weights"),
        ({"rhos": [0.0, 0.3]}, "rho = 0.0, 0.2 there and 0.0, 0.3 here; other labels"),
        ({"noise": "sampled"}, "other labels"),
        ({"training": Training(steps=4, optimiser=SGD(lr=0.2))},
         f"optimiser = {Adam()} there and SGD(lr=0.2, momentum=0.0) here"),
        ({"training": Training(steps=4, batch=10, check_every=7)},
         "batch = None there and 10 here; check_every = 50 there and 7 here"),
        ({"dtype": torch.float32}, None),
        ({"data": "wine"}, None),
        ({"model": lambda: nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))}, None),
    ],
)  # fmt: skip
def test_what_differs_is_said_of_both(ce, tmp_path, changed, said):
    path = tmp_path / "run.pt"
    first = run(ce, path)
    model = {"model": lambda: Wine(torch.relu)} if changed.get("data") == "wine" else {}
    with pytest.raises(CheckpointError) as raised:
        run(ce, path, **changed, **model)
    told = str(raised.value)
    assert told.startswith(f"checkpoint: {path} belongs to the training {first.name}, and this one is ")
    assert told.endswith(END)
    seen = told.split(": ", 2)[2].removesuffix(END)
    if said is not None:
        assert seen == said
    elif "dtype" in changed:
        assert "dtype = float64 there and float32 here" in seen
    else:
        assert seen.startswith("another module; ")
        assert ("other samples" in seen) == ("data" in changed)


class Wine(Curved):
    def __init__(self, curve):
        super().__init__(curve)
        self.a = nn.Linear(13, 5)


def test_another_pair_is_named(ce, recorded, tmp_path):
    path = tmp_path / "run.pt"
    run(ce, path)
    other = Objective(recorded(cross_entropy), recorded(lambda z, y: sc.total(z**2)))
    with pytest.raises(CheckpointError, match="regularizer"):
        run(ce, path, pair=other)


def test_rounding_of_the_scores_is_no_other_network(ce, tmp_path):
    path = tmp_path / "run.pt"
    first = run(ce, path)
    again = run(ce, path, model=of(lambda h: torch.relu(h) * (1 + 1e-13)))
    assert torch.equal(again.weights, first.weights)


@pytest.mark.parametrize(
    "training",
    one_in(
        2,
        [
            Training(optimiser=Adam(), steps=30, batch=20, check_every=7),
            Training(optimiser=Adam(), steps=30, validation=0.2, patience=3, check_every=8),
            Training(optimiser=SGD(momentum=0.9), steps=30, gradient_norm=1e-3, check_every=8),
            Training(optimiser=LBFGS(), steps=30, gradient_norm=1e-3, check_every=8),
        ],
    ),
)
def test_a_training_goes_on_with_more_steps_as_one_of_so_many(ce, tmp_path, training):
    settings = {"alphas": [0.1], "rhos": [0, 0.4]}
    whole = trained(ce, SMALL, "iris", training=training, **settings)
    file = Checkpoint(tmp_path / "run.pt", every=8)
    for steps in (5, 18, 18, 30):
        part = trained(ce, SMALL, "iris", training=replace(training, steps=steps), checkpoint=file, **settings)
        alone = trained(ce, SMALL, "iris", training=replace(training, steps=steps), **settings)
        assert torch.equal(part.weights, alone.weights)
        assert (part.steps, part.ended, part.name) == (alone.steps, alone.ended, whole.name)
    assert torch.equal(part.weights, whole.weights)
    assert (part.steps, part.ended) == (whole.steps, whole.ended)


def test_fewer_steps_than_were_done_are_refused(ce, tmp_path):
    path = tmp_path / "run.pt"
    run(ce, path)
    with pytest.raises(CheckpointError) as raised:
        run(ce, path, training=Training(steps=3))
    assert str(raised.value) == (
        f"checkpoint: {path} has 4 steps of this training, and at most 3 were asked for; take steps=4 or more, or name "
        "another file"
    )


def test_a_file_of_an_older_version_is_refused(ce, tmp_path):
    path = tmp_path / "run.pt"
    torch.save({"schema": "symcheck-training/1", "training": "0123456789abcdef", "done": 3, "tensors": {}}, path)
    with pytest.raises(CheckpointError) as raised:
        run(ce, path)
    assert str(raised.value) == (
        f"checkpoint: {path} has the schema 'symcheck-training/1'; accepted is 'symcheck-training/2'{END}"
    )


@pytest.mark.parametrize("kept", [{}, {"training": "x"}, {"training": {"parts": {}, "scores": 3}}])
def test_a_file_without_its_parts_is_no_checkpoint(ce, tmp_path, kept):
    path = tmp_path / "run.pt"
    torch.save({"schema": "symcheck-training/2", "done": 3, "tensors": {}} | kept, path)
    with pytest.raises(CheckpointError) as raised:
        run(ce, path)
    assert str(raised.value) == f"checkpoint: {path} cannot be read as a checkpoint{END}"


def test_a_path_is_a_checkpoint(ce, tmp_path):
    path = tmp_path / "run.pt"
    settings = {"alphas": [0.1], "training": Training(steps=4)}
    for given in (path, str(path)):
        found = trained(ce, SMALL, "iris", checkpoint=given, **settings)
    assert torch.load(path, weights_only=True)["done"] == 4
    assert torch.equal(found.weights, trained(ce, SMALL, "iris", **settings).weights)
    with pytest.raises(CheckpointError) as raised:
        trained(ce, SMALL, "iris", checkpoint=3, **settings)
    assert str(raised.value) == (
        "checkpoint: got 3; accepted is the path of a file, or numerics.networks.checkpoints.Checkpoint(path, "
        "every=200)"
    )
    assert Checkpoint("a.pt", every=3).beside("alpha=0.5") == Checkpoint("a.pt.alpha=0.5", every=3)


class Stop(Exception):
    pass


CONFIRMED = {"model": SMALL, "seeds": [0, 1], "rho": 0.2, "alpha": 2.0**-8}


def confirmed(training, **more):
    given = CONFIRMED | {"training": training} | more
    return confirm(certify("cross_entropy", "l2"), "iris", given.pop("rho"), **given)


@pytest.mark.parametrize("training", [Training(steps=24), Training(optimiser=LBFGS(), steps=12)])
def test_an_interrupted_confirmation_is_the_uninterrupted_one(tmp_path, training):
    whole = confirmed(training).to_json()
    file = Checkpoint(tmp_path / "run.pt", every=4)

    def interrupt(done, total, what):
        if done >= 10:
            raise Stop

    with pytest.raises(Stop):
        confirmed(training, checkpoint=file, progress=interrupt)
    assert 0 < torch.load(file.path, weights_only=True)["done"] <= 10
    assert confirmed(training, checkpoint=file).to_json() == whole


KILLED = """
import sys, torch; torch.set_num_threads(1)
from numerics import confirm
from numerics.models import mlp
from numerics.networks.checkpoints import Checkpoint
from numerics.networks.optimisers import LBFGS, Adam
from numerics.networks.training import Training
from symcheck import certify
file = Checkpoint(sys.argv[1], every=1) if len(sys.argv) > 1 else None
found = confirm(certify("cross_entropy", "l2"), "iris", 0.2, model=mlp.Network(widths=(5,), activation="tanh"),
    seeds=[0, 1], training=Training(optimiser=OPTIMISER, steps=400), alpha=2.0**-8, checkpoint=file)
print(found.to_json())
"""


@pytest.mark.slow
@pytest.mark.parametrize("optimiser", ["Adam(lr=1e-3)", "LBFGS(lr=0.1)"])
def test_a_killed_confirmation_is_the_uninterrupted_one(tmp_path, checkout, optimiser):
    path = tmp_path / "run.pt"
    code = KILLED.replace("OPTIMISER", optimiser)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path])}

    def begun(*arguments):
        return subprocess.Popen(
            [sys.executable, "-c", code, *arguments], env=environment, cwd=checkout, stdout=subprocess.PIPE
        )

    process = begun(str(path))
    try:
        end = time.monotonic() + 120
        while not path.exists() and time.monotonic() < end:
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert 0 < torch.load(path, weights_only=True)["done"] < 400
    resumed, whole = begun(str(path)).communicate()[0], begun().communicate()[0]
    assert resumed
    assert resumed == whole
