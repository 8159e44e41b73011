"""Whether the scores of a sample depend on the other samples of a batch."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import torch
from torch import Tensor

from numerics.errors import ModelError
from numerics.models.base import CANNOT, line_of
from numerics.networks.checked_models.trials import Trials, few_of, is_same, spread

ALONE = 8
"""So many samples are looked at alone and beside one other."""
END = "samples are mixed in the forward pass, which no theorem covers; take what mixes them out"


def check_apart(trials: Trials) -> None:
    """Raises ``ModelError`` unless samples have the same scores alone, in pairs, in another order and all together."""
    for weights in trials.places:
        with torch.no_grad():
            together = trials.scores(weights)
            for said, rows in _batches(len(trials.inputs)):
                found = _read(trials, weights, rows)
                if found.shape != together[rows].shape:
                    raise ModelError(
                        f"model: for {len(rows)} of the samples the scores have the shape {tuple(found.shape)}; "
                        f"accepted is {tuple(together[rows].shape)}: keep the axis of the samples, say by "
                        "flatten(1) or squeeze(1) in the place of squeeze()"
                    )
                if not is_same(found, together[rows]):
                    worst = int((found - together[rows]).abs().amax(1).nan_to_num(torch.inf).argmax())
                    raise ModelError(_told(found[worst], together[rows][worst], said))


def _batches(count: int) -> Iterator[tuple[str, Tensor]]:
    """Batches of samples, as places, and in words where their samples are."""
    few = spread(count, ALONE)
    for row in few:
        yield "alone", row[None]
    for row in few:
        yield "beside one other", torch.stack([row, (row + 1) % count])
    yield "in another order", torch.arange(count).flip(0)


def _read(trials: Trials, weights: dict[str, Tensor], rows: Tensor) -> Tensor:
    try:
        # torch warns of what the error says: of a variance over one sample, say
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return trials.scores(weights, trials.inputs[rows.to(trials.inputs.device)])
    except CANNOT as error:
        what = "one sample alone" if len(rows) == 1 else f"{len(rows)} of the samples"
        raise ModelError(
            f"model: {what} cannot be read ({line_of(error)}): the forward pass asks for more of them and may mix "
            "them, which no theorem covers; take what mixes them out"
        ) from error


def _told(one: Tensor, same: Tensor, said: str) -> str:
    digits = next((d for d in (4, 8, 12) if few_of(one, d) != few_of(same, d)), 16)
    return f"model: the scores of a sample are {few_of(one, digits)} {said} and {few_of(same, digits)} among all: {END}"
