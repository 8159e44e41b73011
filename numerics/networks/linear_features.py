"""The features of a network that is linear in its weights: Z = phi theta, phi for the exact solver."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn

from numerics.networks.inputs import Inputs, at_once
from numerics.networks.stack import Stack

LARGEST = 2**26
"""Numbers in features (n, d) or (n, C, m): more are too many for the exact solver."""
AT_ONCE = 2**24
"""Scores that are held at once while the features are read off."""
ROUNDING = 1e-9
"""A relative error below this is rounding."""


def linear_features(stack: Stack, inputs: Inputs) -> Tensor | None:
    """phi of the first network of ``stack``, which is linear in its weights, on ``inputs`` (n, ...).

    Shape (n, d) where the classes share them, which is where the weights are those of one linear layer; else (n, C, m),
    Z_ic = phi_ic . theta.  None where that is more than the exact solver takes.
    """
    shared = _shared(stack, inputs)
    if shared is not None:
        return shared
    size = stack.weights_each
    with torch.no_grad():
        classes = stack.outputs(stack.start[:1], inputs[:1], shared=True).shape[-1]
    if len(inputs) * classes * size > LARGEST:
        return None
    one = _first(stack)
    columns = []
    for some in torch.split(torch.eye(size).to(stack.start), max(1, AT_ONCE // (len(inputs) * classes))):
        every = replace(one, start=some, fixed={n: v.expand(len(some), *v.shape[1:]) for n, v in one.fixed.items()})
        columns.append(every.all_outputs(some, inputs) - every.all_outputs(torch.zeros_like(some), inputs))
    return torch.cat(columns).permute(1, 2, 0).contiguous()


def _shared(stack: Stack, inputs: Inputs) -> Tensor | None:
    """What the one layer that is trained reads, with a column of ones for its bias; None where it is not one layer."""
    layer = stack.names[0].rpartition(".")[0]
    module = stack.loaded(stack.start, 0)
    head = module.get_submodule(layer)
    bias = f"{layer}.bias".removeprefix(".")
    if not isinstance(head, nn.Linear) or head.in_features * len(inputs) > LARGEST:
        return None
    if {*stack.names} - {bias} != {f"{layer}.weight".removeprefix(".")}:
        return None
    read: list[Tensor] = []
    hook = head.register_forward_pre_hook(lambda _, given: read.append(given[0]))
    try:
        with torch.no_grad():
            for part in stack.chunks(inputs, at_once(inputs, len(stack))):
                module(inputs[part])
    finally:
        hook.remove()
    if sum(len(x) for x in read) != len(inputs) or any(x.ndim != 2 for x in read):
        return None
    features = torch.cat(read)
    if bias in stack.names:
        features = torch.hstack([features, torch.ones_like(features[:, :1])])
    return features if _is_all(stack, inputs, features, bias) else None


def _is_all(stack: Stack, inputs: Inputs, features: Tensor, bias: str) -> bool:
    """Whether the scores are what the layer makes of the ``features``: nothing comes after it."""
    theta = torch.randn(stack.start[:1].shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    theta = theta.to(stack.start)
    named = {name: part[0] for name, part in stack.named(theta).items()}
    made = torch.hstack([part[:, None] if name == bias else part for name, part in sorted(named.items(), reverse=True)])
    expected = features @ made.T
    found = _first(stack).all_outputs(theta, inputs)[0]
    return found.shape == expected.shape and bool((found - expected).norm() <= ROUNDING * expected.norm())


def _first(stack: Stack) -> Stack:
    return replace(stack, start=stack.start[:1], fixed={n: v[:1] for n, v in stack.fixed.items()})
