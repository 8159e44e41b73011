"""Whether training can move the scores from where it starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

import torch
from torch import Tensor

from numerics.errors import ModelError
from numerics.networks.checked_models.trials import Trials, drawn_like

Parts = Callable[[], Iterator[Tensor]]
"""All samples, some at a time."""


def check_used(trials: Trials, rest: Parts) -> None:
    """Raises ``ModelError`` where no weight that is trained moves a score of a sample, of the few or the ``rest``."""
    if not any(_is_moved(trials, weights, rest) for weights in trials.places):
        names = ", ".join(trials.trained[:3]) + (", ..." if len(trials.trained) > 3 else "")
        raise ModelError(
            f"model: none of the weights that are trained ({names}) moves a score: they are not used, or nothing "
            "depends on them; train a layer that the scores depend on (requires_grad=True)"
        )


def check_moving(begun: Trials, rest: Parts) -> None:
    """Raises ``ModelError`` where no weight moves a score to first order; ``begun`` is a model with its start.

    Parameters: ``rest`` as for ``check_used``.
    """
    if not _is_moved(begun, begun.places[0], rest):
        raise ModelError(
            "start: at the initial weights no weight moves a score to first order, so that training would stay there: "
            "two layers on one way are 0, say, or all units rest; take start='subtracted', or other initial weights"
        )


def _is_moved(trials: Trials, weights: dict[str, Tensor], rest: Parts) -> bool:
    # The few samples answer nearly always; before a model is refused all are asked.
    for part in chain([trials.inputs], rest()):
        inputs = part.to(trials.inputs)
        with torch.no_grad():
            pull = drawn_like(trials.scores(weights, inputs), 3000)
        if any(bool(found.any()) for found in trials.gradient(weights, pull, inputs).values()):
            return True
    return False
