"""Whether a model can be run with other weights than its own."""

from __future__ import annotations

import copy

import torch

from numerics.errors import ModelError
from numerics.models.base import CANNOT, line_of
from numerics.networks.checked_models.trials import Trials, is_same


def check_runs(trials: Trials) -> None:
    """Raises ``ModelError`` where torch cannot run the model with weights that are given to it."""
    try:
        with torch.no_grad():
            trials.scores(trials.near)
    except CANNOT as error:
        raise ModelError(
            f"model: it cannot be run with weights that are given to it: {line_of(error)}; give a torch.nn.Module as "
            "Python wrote it, before torch.jit, nn.DataParallel or the like"
        ) from error


def check_given_weights(trials: Trials) -> None:
    """Raises ``ModelError`` where given weights do not do what the same weights do as the model's own."""
    loaded = copy.deepcopy(trials.module)
    with torch.no_grad():
        for name, part in loaded.named_parameters():
            part.copy_(trials.near[name])
        with torch.backends.cudnn.flags(enabled=False):
            expected = loaded(trials.inputs)
        if not is_same(trials.scores(trials.near), expected):
            raise ModelError(
                "model: with weights that are given to it its scores are others than with the same weights as its own: "
                "a part of it keeps copies of weights; give a torch.nn.Module that reads its weights by their names in "
                "each forward pass"
            )
