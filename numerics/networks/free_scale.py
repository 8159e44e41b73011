"""The free output scale: weights of a network that multiply its scores, so that these form a cone (Theorem 2')."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan

import torch
from torch import Tensor

from numerics.networks.stack import Stack

SCALES = (1 / 3, 3.0, 30.0)
"""Values of t; no powers of 2, whose products are never rounded."""
PLACES = 3
"""At how many random weights they are tried."""
ROUNDING = 1e-9
"""A relative error below this is rounding: that of sums of some thousand terms, with room."""


@dataclass(frozen=True)
class FreeScale:
    """``layer`` names weights that scale the scores, by a relative ``error`` that is rounding; None if none do."""

    layer: str | None
    error: float


def free_scale(stack: Stack, inputs: Tensor) -> FreeScale:
    """Multiply the weights of one layer after the other by t, the last first; do the scores become t times as large?

    Tried at random weights about those of the first network, on ``inputs`` (n, ...).
    """
    theta = stack.start[:1]
    chance = torch.Generator().manual_seed(0)
    noise = torch.randn(PLACES, theta.shape[1], generator=chance, dtype=torch.float64).to(theta)
    # At the start the scores may all be 0, and 0 is t times 0.
    places = [theta + move / 2 for move in noise]
    least = inf
    for layer, inside in _layers(stack).items():
        error = max(_error(stack, inputs, inside, place) for place in places)
        # in float32 sums are rounded to 1e-7
        if error <= max(ROUNDING, 1e3 * torch.finfo(theta.dtype).eps):
            return FreeScale(layer, error)
        least = min(least, error)
    return FreeScale(None, least)


def _layers(stack: Stack) -> dict[str, list[str]]:
    """Names of weights that may be a scale: those of each layer together, the last first; then each one alone."""
    names = list(reversed(stack.names))
    found: dict[str, list[str]] = {}
    for name in names:
        prefix = name.rpartition(".")[0]
        found.setdefault(f"layer {prefix}" if prefix else "the module itself", []).append(name)
    return found | {name: [name] for name in names}


def _error(stack: Stack, inputs: Tensor, names: list[str], theta: Tensor) -> float:
    """How far Z is from t Z where the weights called ``names`` are multiplied by t, relatively; the worst t."""
    places = stack.named(torch.arange(theta.shape[1], device=theta.device))
    inside = torch.cat([places[name].flatten() for name in names])
    before = _scores(stack, theta, inputs)
    found = []
    for t in SCALES:
        moved = theta.clone()
        moved[:, inside] *= t
        error = float((_scores(stack, moved, inputs) - t * before).norm() / (t * before.norm()))
        # Scores that overflow are no t Z; max() would pass over a nan in silence.
        found.append(inf if isnan(error) else error)
    return max(found)


def _scores(stack: Stack, theta: Tensor, inputs: Tensor) -> Tensor:
    """Z of the first network at the weights ``theta`` (1, m)."""
    fixed = {name: value[:1] for name, value in stack.fixed.items()}
    with torch.no_grad():
        return Stack(stack.module, stack.names, stack.shapes, theta, fixed).outputs(theta, inputs, shared=True)[0]
