"""One network of a stack by itself, without what is needed for many at once."""

from __future__ import annotations

from torch import Tensor
from torch.func import functional_call

from numerics.networks.stack import Stack


def single_outputs(stack: Stack, theta: Tensor, inputs: Tensor) -> Tensor:
    """Z (b, C) of the first network of ``stack`` with the weights ``theta`` (m,) on ``inputs`` (b, ...)."""
    # A copy of what is not trained: a module that counts its calls, say, begins each of them in the same state.
    fixed = {name: value[0].clone() for name, value in stack.fixed.items()}
    found: Tensor = functional_call(stack.module, (stack.named(theta), fixed), (inputs,))
    return found
