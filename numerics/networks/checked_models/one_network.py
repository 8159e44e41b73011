"""Whether the networks of all seeds are one architecture, with other weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from numerics.errors import ModelError
from numerics.models.base import CANNOT
from numerics.networks.checked_models.trials import Trials, is_same

END = "make the same layers for every seed"


def check_one_network(modules: dict[int, nn.Module], inputs: Tensor) -> None:
    """Raises ``ModelError`` where with equal weights and buffers the ``modules`` of two seeds differ."""
    (first, begin), *others = modules.items()
    expected = Trials.of(begin, inputs)
    state = expected.places[-1]
    for seed, module in others:
        other = Trials.of(module, inputs)
        if _layout(other.module) != _layout(expected.module):
            raise ModelError(
                f"model: the networks of seeds {first} and {seed} have other weights, by name, shape or whether they "
                f"are trained; {END}"
            )
        try:
            with torch.no_grad():
                found, same = (trials.scores(state, buffers=expected.buffers()) for trials in (other, expected))
            is_one = is_same(found, same)
        except CANNOT:
            is_one = False
        if not is_one:
            raise ModelError(
                f"model: with the same weights and buffers the networks of seeds {first} and {seed} give different "
                "scores: something that they draw is neither a parameter nor a buffer; register it (register_buffer), "
                f"or {END}"
            )


def _layout(module: nn.Module) -> list[tuple[str, tuple[int, ...], bool]]:
    named = (*module.named_parameters(), *module.named_buffers())
    return [(name, tuple(value.shape), value.requires_grad) for name, value in named]
