"""Whether the scores of a network are linear in its weights: a subspace, which the exact solver takes."""

from __future__ import annotations

import torch
from torch import Tensor

from numerics.networks.stack import Stack

ROUNDING = 1e-9
"""A relative error below this is rounding."""
SIZES = (1.0, 10.0, 1e3)
"""Sizes of the weights that are tried: a bend may be small nearby, or flat out far away."""
FEW = 64


def is_linear_in_weights(stack: Stack, inputs: Tensor) -> bool:
    """Whether Z = phi(X) theta for the first network, by Z(s + t) = Z(s) + Z(t) and Z(0) = 0 at random weights."""
    few = inputs[:FEW]
    fixed = {name: value[:1] for name, value in stack.fixed.items()}
    chance = torch.Generator().manual_seed(1)

    def scores(theta: Tensor) -> Tensor:
        with torch.no_grad():
            return Stack(stack.module, stack.names, stack.shapes, theta, fixed).outputs(theta, few, shared=True)[0]

    for size in SIZES:
        one, two = (
            size * torch.randn(1, stack.weights_each, generator=chance, dtype=torch.float64).to(stack.start)
            for _ in range(2)
        )
        apart, largest = scores(one + two) - scores(one) - scores(two), scores(one).norm() + scores(two).norm()
        if not bool(apart.norm() <= ROUNDING * largest):
            return False
    return not bool(scores(torch.zeros_like(stack.start[:1])).abs().any())
