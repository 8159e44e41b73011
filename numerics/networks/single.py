"""One network of a stack by itself, without what is needed for many at once."""

from __future__ import annotations

from torch import Tensor

from numerics.networks.stack import Stack


def single_outputs(stack: Stack, theta: Tensor, inputs: Tensor) -> Tensor:
    """Z (b, C) of the first network of ``stack`` with the weights ``theta`` (m,) on ``inputs`` (b, ...)."""
    return stack.output(0, theta, inputs)
