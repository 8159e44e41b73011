"""Settings of networks: read from numbers and texts, checked before anything is trained, refused where none is used."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
import torch
from torch import nn

from numerics import Training, confirm
from numerics.confirmations.networks.default_training import default_training
from numerics.confirmations.networks.settings import NetworkSettings, checked_dtype
from numerics.confirmations.networks.settings_numbers import checked_alpha, checked_seeds
from numerics.errors import CheckpointError, ConfirmationError, ModelError, NoiseError, TrainingError
from numerics.models.start import Start
from numerics.networks.checkpoints import Checkpoint
from numerics.networks.optimisers import LBFGS
from symcheck import certify_preference


def small() -> nn.Module:
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))


@pytest.mark.parametrize(
    ("given", "seeds"),
    [
        (2, [0, 1]),
        ("3", [0, 1, 2]),
        ("4,1", [4, 1]),
        ([7, 3], [7, 3]),
        (range(2), [0, 1]),
        (torch.tensor([5, 2]), [5, 2]),
    ],
)
def test_seeds_are_a_number_or_a_list(given, seeds: list[int]) -> None:
    assert checked_seeds(given) == seeds


@pytest.mark.parametrize("given", [0, 1, -1, 101, "1", "a", "1,1", "", [1, 1], [0.5], 2.0, True, object])
def test_what_is_no_list_of_seeds(given) -> None:
    with pytest.raises(ConfirmationError) as caught:
        checked_seeds(given)
    assert str(caught.value).startswith("seeds: got ")
    assert str(caught.value).endswith(
        "; accepted is a number of seeds, from 2 to 100, or seeds that differ, such as 0,1,2"
    )


@pytest.mark.parametrize("given", [[0, -1], "0,-1", [0, 2**63], "1,99999999999999999999"])
def test_a_seed_that_no_generator_takes(given) -> None:
    with pytest.raises(ConfirmationError) as caught:
        checked_seeds(given)
    wrong = str(given[1] if isinstance(given, list) else given.split(",")[1])
    assert str(caught.value) == f"seeds: got {wrong}; accepted are integers from 0 to 2^63 - 1"


@pytest.mark.parametrize("given", [0.25, "1/4", "0.25", Fraction(1, 4)])
def test_alpha_is_a_number_or_its_text(given) -> None:
    assert checked_alpha(given) == 0.25


@pytest.mark.parametrize("given", [0, -1, "0", "x", "1/0", float("nan"), float("inf"), "1e400", True, [1]])
def test_what_is_no_alpha(given) -> None:
    with pytest.raises(ConfirmationError) as caught:
        checked_alpha(given)
    assert str(caught.value).endswith("; accepted is a number above 0, such as 1/256")


def test_what_is_given_on() -> None:
    asked = NetworkSettings(alpha="1/8", seeds=2, start="as-is", steps=7, checkpoint="a.pt", dtype="float32").asked()
    assert asked == {
        "alpha": 0.125, "seeds": [0, 1], "start": Start.AS_IS, "training": default_training(7),
        "checkpoint": Checkpoint("a.pt", every=50), "dtype": torch.float32,
    }  # fmt: skip
    assert NetworkSettings().asked() == {}
    training, kept = Training(optimiser=LBFGS()), Checkpoint(Path("b.pt"), every=3)
    assert NetworkSettings(training=training, checkpoint=kept).asked() == {"training": training, "checkpoint": kept}
    assert checked_dtype("torch.float64") is checked_dtype(torch.float64) is torch.float64


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"steps": 0}, TrainingError, "steps: got 0; accepted is an integer >= 1"),
        (
            {"steps": 9, "training": Training(steps=3)}, ConfirmationError,
            "steps: got 9 beside training=, which says 3; leave one of them out",
        ),
        (
            {"training": 9}, TrainingError,
            "training: got 9; accepted is numerics.Training(...), and steps= alone for their number",
        ),
        ({"dtype": "int"}, TrainingError, "dtype: got 'int'; accepted: float64, float32"),
        ({"dtype": torch.int64}, TrainingError, "dtype: got torch.int64; accepted: float64, float32"),
        ({"start": "x"}, ModelError, "start: got 'x'; accepted: zero-last-layer, subtracted, as-is"),
        (
            {"checkpoint": 3}, CheckpointError,
            "checkpoint: got 3; accepted is the path of a file, or numerics.networks.checkpoints.Checkpoint(path, "
            "every=200)",
        ),
        (
            {"checkpoint": ""}, CheckpointError,
            "checkpoint: got ''; accepted is the path of a file, or numerics.networks.checkpoints.Checkpoint(path, "
            "every=200)",
        ),
        (
            {"seed": 3, "noise": "sampled"}, ConfirmationError,
            "seed: got 3, and each network draws its labels with its own seed; give seeds=, or leave it out",
        ),
        (
            {"reference": True}, ConfirmationError,
            "reference: a network brings its own outputs; leave it out, or take model='linear'",
        ),
        (
            {"noise": "some"}, NoiseError,
            "noise: got 'some'; accepted is 'exact' (each label is replaced by its law) or 'sampled' (by one draw from "
            "it)",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_said_before_training(certified, given: dict, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        confirm(certified("cross_entropy", "l2"), "iris", model=small, **given)
    assert str(caught.value) == message


GIVEN = {
    "alpha": 1, "seeds": 3, "start": "as-is", "steps": 3, "training": Training(), "checkpoint": "x", "dtype": "float32",
}  # fmt: skip


@pytest.mark.parametrize("name", GIVEN)
def test_the_linear_model_takes_none(certified, name: str) -> None:
    with pytest.raises(ConfirmationError) as caught:
        confirm(certified("cross_entropy", "l2"), "iris", **{name: GIVEN[name]})
    assert str(caught.value) == (
        f"{name}: the linear model is solved exactly, at alphas of its own, and has no such setting; leave it out, or "
        "take a network, such as model='mlp'"
    )


@pytest.mark.parametrize("name", [*GIVEN, "kappa"])
def test_rewards_take_none(name: str) -> None:
    with pytest.raises(ConfirmationError) as caught:
        confirm(certify_preference("dpo", "h**2/2"), **{name: GIVEN.get(name, 1)})
    assert str(caught.value) == (
        f"{name}: of a preference loss a linear reward is trained on pairs, to rounding, which has none; leave it out"
    )


def test_the_linear_model_takes_no_law_of_ones_own(certified) -> None:
    with pytest.raises(ConfirmationError) as caught:
        confirm(certified("cross_entropy", "l2"), "iris", noise=lambda *_: None)
    assert str(caught.value) == (
        "noise: got noise of your own, and of a linear model uniform noise alone is predicted; take noise='exact' or "
        "'sampled', or a network, such as model='mlp'"
    )
