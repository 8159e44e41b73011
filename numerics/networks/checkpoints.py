"""Checkpoints: a training that is killed goes on from its last checkpoint and ends in the identical weights.

A checkpoint holds tensors, numbers and texts only, and is read as such (``weights_only``): a file from elsewhere runs
no code.  The number of steps is no part of what it belongs to, so that more steps can be asked for later.
"""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from numerics.errors import CheckpointError
from numerics.networks.description import Description
from symcheck.errors import shown
from symcheck.files import written

SCHEMA = "symcheck-training/2"


@dataclass(frozen=True)
class Checkpoint:
    """A file ``path`` that is replaced in one step every ``every`` steps of the training."""

    path: str | os.PathLike[str]
    every: int = 200

    def __post_init__(self) -> None:
        if isinstance(self.every, bool) or not isinstance(self.every, int) or self.every < 1:
            raise CheckpointError(f"every: got {shown(self.every, 80)}; accepted is an integer >= 1")

    def beside(self, what: str) -> Checkpoint:
        """The same for another training, such as "alpha=0.001", which is added to the path."""
        return Checkpoint(f"{os.fspath(self.path)}.{what}", self.every)

    def save(self, training: Description, done: int, tensors: Mapping[str, Tensor]) -> None:
        """Keep ``tensors`` after ``done`` steps of ``training``.

        Raises ``CheckpointError`` where the file cannot be written; the one before is then still whole.
        """
        content = io.BytesIO()
        kept = {"parts": dict(training.parts), "scores": training.scores}
        torch.save({"schema": SCHEMA, "training": kept, "done": done, "tensors": dict(tensors)}, content)
        try:
            written(self.path, content.getvalue())
        except OSError as error:
            raise CheckpointError(
                f"checkpoint: {self.path} cannot be written: {error.strerror or error}; the checkpoint before it, if "
                "there is one, is whole: make room or name another file, and train again to go on from it"
            ) from error

    def load(self, training: Description, steps: int, device: torch.device) -> tuple[int, dict[str, Tensor]] | None:
        """The steps done and the tensors kept, on ``device``, or None if there is no file yet.

        Parameters: ``training`` the one that goes on, to at most ``steps`` steps.

        Raises ``CheckpointError`` for a file that is no checkpoint, or one of another training or of more steps.
        """
        path = Path(self.path)
        if not path.exists():
            return None
        advice = "name another file, or remove this one to begin again"
        try:
            found = torch.load(path, map_location=device, weights_only=True)
            schema = found["schema"]
        except (OSError, EOFError, RuntimeError, KeyError, TypeError, ValueError, pickle.UnpicklingError) as error:
            raise CheckpointError(f"checkpoint: {path} cannot be read as a checkpoint; {advice}") from error
        if schema != SCHEMA:
            raise CheckpointError(f"checkpoint: {path} has the schema {schema!r}; accepted is {SCHEMA!r}; {advice}")
        try:
            kept = Description(dict(found["training"]["parts"]), found["training"]["scores"].cpu())
            done, tensors = int(found["done"]), dict(found["tensors"])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise CheckpointError(f"checkpoint: {path} cannot be read as a checkpoint; {advice}") from error
        if differences := training.differences(kept):
            raise CheckpointError(
                f"checkpoint: {path} belongs to the training {kept.name}, and this one is {training.name}: "
                f"{'; '.join(differences)}; {advice}"
            )
        if done > steps:
            raise CheckpointError(
                f"checkpoint: {path} has {done} steps of this training, and at most {steps} were asked for; take "
                f"steps={done} or more, or name another file"
            )
        return done, tensors


def checked_checkpoint(checkpoint: str | os.PathLike[str] | Checkpoint, every: int = 200) -> Checkpoint:
    """A checkpoint, at a path one ``every`` so many steps; raises ``CheckpointError`` for what names no file."""
    if isinstance(checkpoint, Checkpoint):
        return checkpoint
    if not isinstance(checkpoint, str | os.PathLike) or not os.fspath(checkpoint):
        raise CheckpointError(
            f"checkpoint: got {shown(checkpoint)}; accepted is the path of a file, or numerics.networks.checkpoints."
            "Checkpoint(path, every=200)"
        )
    return Checkpoint(checkpoint, every)
