"""The cone property: whether the scores of a network may be scaled by any t > 0."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.func import grad_and_value

from numerics.audits.models.jacobian import Linearised
from numerics.networks.free_scale import free_scale
from numerics.networks.optimisers import LBFGS

STEPS = 100
"""Steps of the search for weights with the scores t Z."""


@dataclass(frozen=True)
class Scale:
    """``layer`` names weights that scale the scores, None if none were found; ``error`` is how far t Z is missed."""

    layer: str | None
    error: float


def output_scale(network: Linearised) -> Scale:
    """Multiply the weights of one layer after the other by t, the last first; does Z become t Z?

    A layer that does so at random weights is a free scale of the scores.  Where there is none, weights with the scores
    t Z are searched for, and the relative distance that is left is the ``error``: that decides nothing.
    """
    found = free_scale(network.stack, network.inputs)
    return Scale(found.layer, found.error) if found.layer else Scale(None, _missed(network))


def _missed(network: Linearised) -> float:
    """The relative distance to 3 Z that a search from the weights of Z leaves."""
    # At theta_0 itself the scores may all be 0.
    noise = torch.randn(len(network.theta), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    theta = network.theta + noise.to(network.theta) / 2
    goal = 3 * network.scores(theta).detach()
    size = goal.square().mean()

    def misfit(w: Tensor) -> Tensor:
        return (network.scores(w) - goal).square().mean() / size

    def evaluated(weights: Tensor) -> tuple[Tensor, Tensor]:
        gradient, value = grad_and_value(misfit)(weights[0])
        return value[None], gradient[None]

    weights, search = theta[None], LBFGS()
    state, found = search.state(weights), evaluated(weights)
    for done in range(STEPS):
        weights, found = search.searched(weights, found, state, done, evaluated, torch.zeros_like(found[0]))
    return float(found[0][0].sqrt())
