"""Models that are linear in their weights go to the exact solver, on the features that their weights multiply."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from numerics import confirm, datasets
from numerics.confirmations.confirmation import Confirmation
from numerics.confirmations.linear_model import linear_experiment
from numerics.confirmations.networks.network_confirmation import NetworkConfirmation
from numerics.errors import ConfirmationError
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.models import linear
from numerics.models.start import Start
from numerics.networks import linear_features as features_of
from numerics.networks.train import stack_of
from numerics.runs.agreement import Outcome

CPU = torch.device("cpu")


def frozen(*, bias: bool = True) -> nn.Module:
    made = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3, bias=bias))
    made[0].requires_grad_(False)
    return made


class Classwise(nn.Module):
    """Z_ic = phi_ic . theta."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("turned", torch.randn(3, 5, 4))
        self.theta = nn.Parameter(torch.randn(5))

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = torch.tanh(torch.einsum("cdi,ni->ncd", self.turned, x)) @ self.theta
        return found


class TwoHeads(nn.Module):
    """Two layers whose scores are added."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(4, 3), nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.first(x) + self.second(x.sin())
        return found


def frozen_head() -> nn.Module:
    """A first layer that is trained, and a last one that is not: still linear in its weights."""
    made = nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 3, bias=False))
    made[1].requires_grad_(False)
    return made


def frozen_bias() -> nn.Module:
    made = frozen()
    made[2].bias.requires_grad_(False)
    return made


LINEAR = {
    "random_features": ("random_features", (150, 101)),
    "linear": (linear.Network(), (150, 5)),
    "a layer": (lambda: nn.Linear(4, 3), (150, 5)),
    "frozen first layer": (frozen, (150, 9)),
    "no bias": (lambda: frozen(bias=False), (150, 8)),
    "class-dependent": (Classwise, (150, 3, 5)),
    "two heads": (TwoHeads, (150, 3, 30)),
    "frozen head": (frozen_head, (150, 3, 40)),
}
BENT = {
    "mlp": "mlp",
    "log_softmax": lambda: nn.Sequential(nn.Linear(4, 3), nn.LogSoftmax(1)),
    "bent later": lambda: nn.Sequential(nn.Linear(4, 3), nn.Hardtanh(-50, 50)),
}


@pytest.mark.parametrize("name", LINEAR)
def test_the_features_make_the_scores(name: str) -> None:
    model, shape = LINEAR[name]
    stack, inputs = stack_of(model, datasets.load("iris"), [0], Start.AS_IS, CPU, torch.float64)
    features = features_of.linear_features(stack, inputs)
    assert features.shape == shape
    theta = torch.randn(1, stack.weights_each, dtype=torch.float64)
    scores = stack.all_outputs(theta, inputs)[0]
    if features.ndim == 3:
        assert torch.allclose(scores, features @ theta[0], atol=1e-12)
    else:  # the weights of the layer, its bias last
        assert torch.allclose(features @ torch.linalg.pinv(features) @ scores, scores, atol=1e-9)


@pytest.mark.parametrize(
    "name", ["random_features", "class-dependent", pytest.param("frozen first layer", marks=pytest.mark.slow)]
)
def test_they_agree_with_the_rows_of_the_linear_model(certified, name: str) -> None:
    found = confirm(certified("cross_entropy", "l2"), "iris", model=LINEAR[name][0], seeds=[3, 4])
    assert isinstance(found, Confirmation)
    assert found.outcome is Outcome.AGREES
    assert found.agreement.rows[0].tolerance < 1e-4
    note = found.agreement.notes[0]
    assert " is linear in its weights, so it is solved exactly, as the linear model is, on the " in note
    assert note.endswith("; what is not trained is as seed 3 draws it")


def test_the_seed_of_what_is_not_trained_counts(certified) -> None:
    claim, iris = predicted_numbers(certified("cross_entropy", "l2"), 3, "iris"), datasets.load("iris")
    found = [linear_experiment(claim, frozen, iris, 0.4, CPU, seeds=[seed]) for seed in (0, 0, 1)]
    assert found[0].fingerprint == found[1].fingerprint != found[2].fingerprint
    assert linear_experiment(claim, linear.Network(), iris, 0.4, CPU).notes == (
        "linear is linear in its weights, so it is solved exactly, as the linear model is, on the 5 features that "
        "these multiply",
    )


def test_a_part_that_a_start_takes_away(certified) -> None:
    """A frozen bias is no linear family as it is; the start that zeroes the layer makes it one."""
    claim, iris = predicted_numbers(certified("cross_entropy", "l2"), 3, "iris"), datasets.load("iris")
    assert linear_experiment(claim, frozen_bias, iris, 0.4, CPU).family.rank == 8
    assert linear_experiment(claim, frozen_bias, iris, 0.4, CPU, start=Start.AS_IS) is None


@pytest.mark.parametrize("name", BENT)
def test_what_bends_is_trained(certified, name: str) -> None:
    claim, iris = predicted_numbers(certified("cross_entropy", "l2"), 3, "iris"), datasets.load("iris")
    assert linear_experiment(claim, BENT[name], iris, 0.4, CPU) is None


def test_features_that_are_too_many_are_trained(certified, monkeypatch) -> None:
    monkeypatch.setattr(features_of, "LARGEST", 100)
    found = confirm(certified("cross_entropy", "l2"), "iris", model=Classwise, start="as-is", seeds=2, steps=5)
    assert isinstance(found, NetworkConfirmation)


def test_sampled_labels_have_their_own_limit_there(certified) -> None:
    found = confirm(certified("cross_entropy", "l2"), "iris", model=frozen, noise="sampled", seed=5)
    assert found.outcome is Outcome.AGREES
    assert "seed 5" in found.agreement.title


@pytest.mark.parametrize(
    "given",
    [{"alpha": 1e-3}, {"steps": 9}, {"checkpoint": "x.pt"}, {"dtype": "float32"}],
    ids=lambda given: next(iter(given)),
)
def test_settings_of_networks_are_refused_by_name(certified, given: dict) -> None:
    with pytest.raises(ConfirmationError) as caught:
        confirm(certified("cross_entropy", "l2"), "iris", model=frozen, **given)
    assert str(caught.value) == (
        f"{next(iter(given))}: the model is linear in its weights, so it is solved exactly, at alphas of its own, and "
        "has no such setting; leave it out"
    )
