"""Whether scores stay finite where weights move."""

from __future__ import annotations

import torch

from numerics.errors import ModelError
from numerics.networks.checked_models.trials import Trials


def check_finite(trials: Trials) -> None:
    """Raises ``ModelError`` where scores at random weights about the initial ones are not finite."""
    for weights in trials.places[1:]:
        with torch.no_grad():
            is_finite = trials.scores(weights).isfinite()
        if not bool(is_finite.all()):
            raise ModelError(
                f"model: at random weights about the initial ones {int((~is_finite).sum())} of {is_finite.numel()} "
                "scores are not finite: a root or logarithm of what may be negative, or a division by what may be 0; "
                "mend the forward pass"
            )
