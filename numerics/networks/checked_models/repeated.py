"""Whether the same weights and samples give the same scores."""

from __future__ import annotations

import torch

from numerics.errors import ModelError
from numerics.networks.checked_models.trials import Trials, is_same


def check_repeated(trials: Trials) -> None:
    """Raises ``ModelError`` where two passes differ, or where a pass changes a buffer."""
    for weights in trials.places:
        with torch.no_grad():
            before, buffers = trials.buffers(), trials.buffers()
            first, second = trials.scores(weights, buffers=buffers), trials.scores(weights)
        if not is_same(second, first):
            raise ModelError(
                "model: two passes with the same weights and samples give different scores: something in the forward "
                "pass is random or keeps a state; take it out, or let it rest in evaluation mode"
            )
        for name, value in buffers.items():
            if not torch.equal(value.nan_to_num(), before[name].nan_to_num()):
                raise ModelError(
                    f"model: a forward pass changes the buffer {name!r}, so that scores may depend on the passes "
                    "before; take it out, or let it rest in evaluation mode"
                )
