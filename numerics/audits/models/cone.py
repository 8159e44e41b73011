"""The cone property: whether the scores of a network may be scaled by any t > 0."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.audits.models.linearised import Linearised
from numerics.networks.free_scale import FreeScale, free_scale
from numerics.networks.optimisers import LBFGS
from numerics.networks.tracing import traced

STEPS = 100
"""Steps of the search for weights with the scores t Z."""
BOUNDED = frozenset(("tanh", "sigmoid", "_softmax", "sin", "cos", "erf", "hardtanh", "hardsigmoid"))
"""Operations whose results lie between -1 and 1, or bounds that are fixed."""
ROUNDING = 1e-9
"""A sum of probabilities this near to 1 is 1."""


@dataclass(frozen=True)
class Scale:
    """``found`` are the weights that scale the scores; ``missed`` is how far a search for 3 Z stayed from it, or None.

    ``bound`` names the last operation where its results are bounded, or are logarithms of probabilities.
    """

    found: FreeScale
    missed: float | None
    bound: str | None


def output_scale(network: Linearised) -> Scale:
    """Weights that multiply Z by t; where there are none, whether Z is bounded, and whether 3 Z is met by a search.

    The search decides nothing: its relative distance is told.
    """
    found = free_scale(network.stack, network.inputs)
    if found.layer is not None:
        return Scale(found, None, None)
    return Scale(found, _missed(network), _bound(network))


def _bound(network: Linearised) -> str | None:
    """The last operation, if no scores that it gives may be multiplied by any t > 0."""
    trace = traced(network.stack, network.inputs, network.stack.names)
    with torch.no_grad():
        scores = network.scores(_place(network))
    if trace.is_branched or not bool(scores.any()):
        return None
    if trace.last in BOUNDED:
        return trace.last
    # Of all classes: a part of them may well be scaled.
    are_all = trace.last == "_log_softmax" and float(scores.exp().sum(1).sub(1).abs().max()) <= ROUNDING
    return trace.last if are_all else None


def _place(network: Linearised) -> Tensor:
    """Random weights: at theta_0 itself the scores may all be 0."""
    noise = torch.randn(len(network.theta), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return network.theta + noise.to(network.theta) / 2


def _missed(network: Linearised) -> float | None:
    """The relative distance to 3 Z that a search from the weights of Z leaves; None if Z is 0."""
    theta = _place(network)
    with torch.no_grad():
        goal = 3 * network.scores(theta)
    size = float(goal.square().mean())
    if not size:
        return None

    def evaluated(weights: Tensor) -> tuple[Tensor, Tensor]:
        with torch.no_grad():
            away = network.scores(weights[0]) - goal
        pull = 2 * away / (away.numel() * size)
        return (away.square().mean() / size)[None], network.gradient(weights[0], pull)[None]

    weights, search = theta[None], LBFGS()
    state, found = search.state(weights), evaluated(weights)
    for done in range(STEPS):
        network.tell(f"search {done + 1} of {STEPS}")
        weights, found = search.searched(weights, found, state, done, evaluated, torch.zeros_like(found[0]))
    return float(found[0][0].sqrt())
