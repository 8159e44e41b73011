"""Whether training can move the scores from where it starts."""

from __future__ import annotations

import torch

from numerics.errors import ModelError
from numerics.networks.checked_models.trials import Trials, drawn_like


def check_moving(begun: Trials) -> None:
    """Raises ``ModelError`` where no weight moves a score to first order; ``begun`` is a model with its start."""
    is_moving = [_is_moved(begun, weights) for weights in begun.places]
    if not any(is_moving):
        raise ModelError(
            f"model: none of the weights that are trained ({', '.join(begun.trained[:3])}"
            f"{', ...' if len(begun.trained) > 3 else ''}) moves a score: they are not used, or nothing depends on "
            "them; train a layer that the scores depend on (requires_grad=True)"
        )
    if not is_moving[0]:
        raise ModelError(
            "start: at the initial weights no weight moves a score to first order, so that training would stay there: "
            "two layers on one way are 0, say, or all units rest; start from other weights"
        )


def _is_moved(begun: Trials, weights: dict[str, torch.Tensor]) -> bool:
    with torch.no_grad():
        pull = drawn_like(begun.scores(weights), 3000)
    return any(bool(part.any()) for part in begun.gradient(weights, pull).values())
