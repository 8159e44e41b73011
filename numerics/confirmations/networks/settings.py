"""What a confirmation can be asked of networks alone: alpha, seeds, start, how to train, checkpoint, dtype, test."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import TypedDict

import torch

from numerics.confirmations.networks.default_training import default_training
from numerics.confirmations.networks.settings_numbers import checked_alpha, checked_seeds
from numerics.data.samples import AnyData
from numerics.errors import ConfirmationError, TrainingError
from numerics.models.start import Start, checked_start
from numerics.networks.checkpoints import Checkpoint, checked_checkpoint
from numerics.networks.train import DTYPES
from numerics.networks.training import Training
from symcheck.errors import shown

EVERY = 50
"""Steps between two checkpoints, of a file that was given by its path: some seconds of a training."""


class Asked(TypedDict, total=False):
    """What is given on to the training, where it was asked for."""

    alpha: float
    seeds: Sequence[int]
    start: Start
    training: Training
    checkpoint: Checkpoint
    dtype: torch.dtype
    test: float | AnyData


@dataclass(frozen=True, kw_only=True)
class NetworkSettings:
    """Settings as they were given, None for those that were not.

    ``alpha`` a number above 0 or its text, "1/256"; ``seeds`` a number of seeds, or the seeds; ``start`` as
    ``numerics.models.start`` has it; ``steps`` at most so many, with the default optimiser, or ``training`` whole;
    ``checkpoint`` a file or a ``Checkpoint``; ``dtype`` "float64" or "float32"; ``test`` a share that is held out, or
    data of their own.
    """

    alpha: float | Fraction | str | None = None
    seeds: int | str | Iterable[int] | None = None
    start: str | Start | None = None
    steps: int | None = None
    training: Training | None = None
    checkpoint: str | os.PathLike[str] | Checkpoint | None = None
    dtype: str | torch.dtype | None = None
    test: float | AnyData | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """The names of those that were given."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) is not None)

    def refuse(self, why: str, *, besides: Sequence[str] = ()) -> None:
        """Raises ``ConfirmationError`` for the first given that is not in ``besides``: ``why`` it is not used."""
        for name in self.given:
            if name not in besides:
                raise ConfirmationError(f"{name}: {why}")

    def asked(self) -> Asked:
        """The settings that were given, checked.

        Raises ``ConfirmationError``, ``TrainingError``, ``ModelError``, ``CheckpointError``.
        """
        found: Asked = {}
        if self.alpha is not None:
            found["alpha"] = checked_alpha(self.alpha)
        if self.seeds is not None:
            found["seeds"] = checked_seeds(self.seeds)
        if self.start is not None:
            found["start"] = checked_start(self.start)
        if self.training is not None and not isinstance(self.training, Training):
            raise TrainingError(
                f"training: got {shown(self.training)}; accepted is numerics.Training(...), and steps= alone for their "
                "number"
            )
        if self.steps is not None and self.training is not None:
            raise ConfirmationError(
                f"steps: got {self.steps} beside training=, which says {self.training.steps}; leave one of them out"
            )
        if self.steps is not None:
            found["training"] = default_training(self.steps)
        if self.training is not None:
            found["training"] = self.training
        if self.checkpoint is not None:
            found["checkpoint"] = checked_checkpoint(self.checkpoint, EVERY)
        if self.dtype is not None:
            found["dtype"] = checked_dtype(self.dtype)
        if self.test is not None:
            found["test"] = self.test
        return found


def checked_dtype(dtype: str | torch.dtype) -> torch.dtype:
    """The dtype that is trained in, from its name as well; raises ``TrainingError`` for another one."""
    names = {str(one).removeprefix("torch."): one for one in DTYPES}
    found = names.get(dtype.removeprefix("torch.")) if isinstance(dtype, str) else dtype
    if found not in DTYPES:
        raise TrainingError(f"dtype: got {shown(dtype)}; accepted: {', '.join(names)}")
    return found
