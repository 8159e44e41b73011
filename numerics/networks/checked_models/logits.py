"""Whether a model returns scores (logits), and not probabilities or their logarithms."""

from __future__ import annotations

import torch

from numerics.errors import ModelError
from numerics.networks.checked_models.trials import Trials


def check_logits(trials: Trials) -> None:
    """Raises ``ModelError`` where at random weights the rows of Z, or of e^Z, are probabilities."""
    with torch.no_grad():
        found = torch.cat([trials.scores(weights) for weights in trials.places])
    for name, values in (("log_softmax", found.exp()), ("softmax", found)):
        if _are_laws(values):
            what = "the exponentials of its scores" if name == "log_softmax" else "its scores"
            raise ModelError(
                f"model: at random weights {what} are probabilities, which sum to 1 for each sample, as after "
                f"{name}; t times such scores are none for t != 1, and the losses take a softmax themselves: return "
                "the scores before it (logits)"
            )


def _are_laws(values: torch.Tensor) -> bool:
    tolerance = 1e-10 if values.dtype == torch.float64 else 1e-5
    return bool((values >= 0).all()) and float((values.sum(1) - 1).abs().max()) <= tolerance
