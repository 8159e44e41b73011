"""The cone property: whether the scores of a network may be scaled by any t > 0."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan

import torch
from torch import Tensor
from torch.func import grad_and_value

from numerics.audits.models.jacobian import Linearised
from numerics.networks.optimisers import LBFGS

SCALES = (1 / 3, 3.0, 30.0)
"""Values of t; no powers of 2, whose products are never rounded."""
PLACES = 3
"""At how many random weights they are tried."""
ROUNDING = 1e-9
"""A relative error below this is rounding: that of sums of some thousand terms, with room."""
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
    for layer, inside in _layers(network).items():
        error = max(_error(network, inside, theta) for theta in _places(network))
        if error <= ROUNDING:
            return Scale(layer, error)
    return Scale(None, _missed(network))


def _layers(network: Linearised) -> dict[str, list[str]]:
    """Names of weights that may be a scale: those of each layer together, the last first; then each one alone."""
    # The last layer first: where it is linear it scales the scores, and nothing else has to be tried.
    names = list(reversed(network.stack.names))
    found: dict[str, list[str]] = {}
    for name in names:
        prefix = name.rpartition(".")[0]
        found.setdefault(f"layer {prefix}" if prefix else "the module itself", []).append(name)
    return found | {name: [name] for name in names}


def _places(network: Linearised) -> list[Tensor]:
    """Random weights about theta_0."""
    chance = torch.Generator().manual_seed(0)
    noise = torch.randn(PLACES, len(network.theta), generator=chance, dtype=torch.float64).to(network.theta)
    # At theta_0 itself the scores may all be 0, and 0 is t times 0.
    return list(network.theta + noise / 2)


def _error(network: Linearised, names: list[str], theta: Tensor) -> float:
    """How far Z is from t Z where the weights called ``names`` are multiplied by t, relatively; the worst t."""
    places = network.stack.named(torch.arange(len(theta), device=theta.device))
    inside = torch.cat([places[name].flatten() for name in names])
    before = network.scores(theta)
    found = []
    for t in SCALES:
        moved = theta.clone()
        moved[inside] *= t
        error = float((network.scores(moved) - t * before).norm() / (t * before.norm()))
        # Scores that overflow are no t Z; max() would pass over a nan in silence.
        found.append(inf if isnan(error) else error)
    return max(found)


def _missed(network: Linearised) -> float:
    """The relative distance to 3 Z that a search from the weights of Z leaves."""
    theta = _places(network)[0]
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
