"""Scores without a free scale: whether they are bounded, and how near a search comes to 3 Z."""

from __future__ import annotations

import torch
from torch import Tensor

from numerics.audits.models.linearised import Linearised
from numerics.networks.optimisers import LBFGS
from numerics.networks.tracing import traced

STEPS = 100
"""Steps of the search for weights with the scores t Z."""
BOUNDED = frozenset(("tanh", "sigmoid", "_softmax", "sin", "cos", "erf", "hardsigmoid"))
"""Operations whose results lie between -1 and 1."""
LOGARITHMS = "_log_softmax"
"""What makes scores the logarithms of probabilities."""
ROUNDING = 1e-9
"""A sum of probabilities this near to 1 is 1."""


def bound(network: Linearised) -> str | None:
    """The last operation, if no scores that it gives may be multiplied by all t > 0; None if that is not known."""
    trace = traced(network.stack, network.inputs, network.stack.names)
    with torch.no_grad():
        scores = network.scores(_place(network))
    if trace.is_branched or not bool(scores.any()):
        return None
    if trace.last in BOUNDED:
        return trace.last
    # Of all classes: a part of them may well be scaled.
    are_all = trace.last == LOGARITHMS and float(scores.exp().sum(1).sub(1).abs().max()) <= ROUNDING
    return trace.last if are_all else None


def _place(network: Linearised) -> Tensor:
    """Random weights: at theta_0 itself the scores may all be 0."""
    noise = torch.randn(len(network.theta), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return network.theta + noise.to(network.theta) / 2


def missed(network: Linearised) -> float | None:
    """The relative distance to 3 Z that a search from the weights of Z leaves; None if Z is 0.  It decides nothing."""
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
