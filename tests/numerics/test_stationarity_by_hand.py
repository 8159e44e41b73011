"""What claims are held to at trained weights, beside plain torch: risks written by hand, autograd, finite weights."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

import symcheck
from numerics import datasets
from numerics.confirmations.networks.confirming import confirmed_network
from numerics.formulas.predicted_numbers import predicted_numbers
from numerics.models import mlp
from numerics.networks.stationarity import ClaimedProblem, shared_limit, stationarity
from numerics.networks.training import Training

RHO = 0.3
Risk = Callable[[Tensor, Tensor], Tensor]
"""Scores z (n, C) and laws (n, C) to the mean loss or penalty."""


def cross_entropy(z: Tensor, law: Tensor) -> Tensor:
    return -(law * torch.log_softmax(z, 1)).sum(1).mean()


def gce(z: Tensor, law: Tensor) -> Tensor:
    return (law * (1 - torch.softmax(z, 1) ** 0.7) / 0.7).sum(1).mean()


def mae(z: Tensor, law: Tensor) -> Tensor:
    return (law * (2 - 2 * torch.softmax(z, 1))).sum(1).mean()


def square(z: Tensor, law: Tensor) -> Tensor:
    return z.square().sum(1).mean() / 2


def entropy(z: Tensor, law: Tensor) -> Tensor:
    return (torch.softmax(z, 1) * torch.log_softmax(z, 1)).sum(1).mean()


def quartic(z: Tensor, law: Tensor) -> Tensor:
    return z.pow(4).sum(1).mean()


PAIRS: tuple[tuple[str, str, Risk, Risk, float, float, int], ...] = (
    # kappa by hand: CE 1, GCE C^-q, MAE 2/C; of the Hessian the part on R^C/(1, ..., 1); the degree of the penalty
    ("cross_entropy", "l2", cross_entropy, square, 1.0, 1.0, 2),
    ("gce", "l2", gce, square, 3**-0.7, 1.0, 2),
    ("mae", "entropy", mae, entropy, 2 / 3, 1 / 3, 2),
    ("cross_entropy", "quartic", cross_entropy, quartic, 1.0, 0.0, 4),
)


@pytest.mark.parametrize(("loss", "penalty", "risk", "cost", "kappa", "bend", "degree"), PAIRS)
def test_each_number_is_what_plain_torch_gives(
    loss: str, penalty: str, risk: Risk, cost: Risk, kappa: float, bend: float, degree: int
) -> None:
    claim = predicted_numbers(symcheck.certify(loss, penalty), 3, "iris")
    assert claim.kappa == pytest.approx(kappa)
    found = confirmed_network(
        claim, mlp.Network(widths=(5,), activation="tanh"), datasets.load("iris"), RHO, alpha=2.0**-5, seeds=(0, 1),
        training=Training(steps=60),
    ).trained  # fmt: skip
    problem, alpha = found.problem, 2.0**-5
    scale = alpha ** (1 / (degree - 1))
    samples = torch.arange(len(problem.inputs))
    claimed = ClaimedProblem(claim, problem, found.labels)
    measured = stationarity(claimed, found.weights, samples)
    shared = shared_limit(claimed, found.weights, samples, RHO)
    a = 1 - RHO * 3 / 2

    for k in range(len(found.cases)):
        module, law = problem.stack.loaded(found.weights, k), problem.laws[problem.which[k]]
        noisy = (1 - RHO) * law + RHO / 2 * (1 - law)

        def slope(value: Callable[[Tensor], Tensor], module: torch.nn.Module = module) -> Tensor:
            parts = torch.autograd.grad(value(module(problem.inputs)), list(module.parameters()))
            return torch.cat([part.flatten() for part in parts])

        def trained_risk(z: Tensor, law: Tensor = law) -> Tensor:
            return risk(scale * z, law) / scale + cost(scale * z, law) / (alpha * scale)

        def pull(z: Tensor, law: Tensor = law) -> Tensor:
            return kappa * ((1 / 3 - law) * z).sum(1).mean()

        def limit(z: Tensor, law: Tensor = law) -> Tensor:
            centred = z - z.mean(1, keepdim=True) if penalty == "entropy" else z
            bent = quartic(z, law) if degree == 4 else bend * square(centred, law)
            return pull(z, law) + bent

        def rest(z: Tensor, law: Tensor = law) -> Tensor:
            return trained_risk(z, law) - limit(z, law)

        z = module(problem.inputs).detach()
        t = torch.ones((), dtype=torch.float64, requires_grad=True)

        def along(value: Callable[[Tensor], Tensor], z: Tensor = z, t: Tensor = t) -> float:
            return float(torch.autograd.grad(value(t * z), t)[0])

        in_weights = {
            "claimed": slope(limit).norm(), "drawn": slope(pull).norm(), "slope": slope(trained_risk).norm(),
            "slope_remainder": slope(rest).norm(),
        }  # fmt: skip
        along_scale = {
            "pulled": -along(pull) / kappa, "bent": along(limit) - along(pull), "left": along(trained_risk),
            "remainder": along(rest), "pulled_clean": float((z[torch.arange(len(z)), found.labels] - z.mean(1)).mean()),
        }  # fmt: skip
        for part, by_hand in ((measured.weights, in_weights), (measured.scale, along_scale)):
            for name, value in by_hand.items():
                assert float(getattr(part, name)[k]) == pytest.approx(float(value), rel=1e-7, abs=1e-12), name
        # the noisy risk at the scores that noise leaves, whose gradient is taken at scores and pulled back by J of Z'
        moved = (a ** (1 / (degree - 1)) * z).requires_grad_()
        (gradient,) = torch.autograd.grad(trained_risk(moved, noisy), moved)
        gap = slope(lambda scores, gradient=gradient: (scores * gradient).sum()).norm() / (a * slope(pull).norm())
        assert float(shared.gap[k]) == pytest.approx(float(gap), rel=1e-7)
