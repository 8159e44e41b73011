"""Checkpoints: a training that is killed goes on from its last checkpoint and ends in the identical weights.

A checkpoint holds tensors and numbers only, and is read as such (``weights_only``): a file from elsewhere runs no code.
"""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from numerics.errors import CheckpointError
from symcheck.files import written

SCHEMA = "symcheck-training/1"


@dataclass(frozen=True)
class Checkpoint:
    """A file ``path`` that is replaced in one step every ``every`` steps of the training."""

    path: str | os.PathLike[str]
    every: int = 200

    def __post_init__(self) -> None:
        if isinstance(self.every, bool) or not isinstance(self.every, int) or self.every < 1:
            raise CheckpointError(f"every: got {self.every!r}; accepted is an integer >= 1")

    def numbered(self, place: int) -> Checkpoint:
        """The same for the training that comes ``place`` trainings later: a number is added to the path, but for 0."""
        return replace(self, path=f"{os.fspath(self.path)}.{place}") if place else self

    def save(self, name: str, done: int, tensors: Mapping[str, Tensor]) -> None:
        """Keep ``tensors`` after ``done`` steps of the training called ``name``.

        Raises ``CheckpointError`` where the file cannot be written; the one before is then still whole.
        """
        content = io.BytesIO()
        torch.save({"schema": SCHEMA, "training": name, "done": done, "tensors": dict(tensors)}, content)
        try:
            written(self.path, content.getvalue())
        except OSError as error:
            raise CheckpointError(
                f"checkpoint: {self.path} cannot be written: {error.strerror or error}; the checkpoint before it, if "
                "there is one, is whole: make room or name another file, and train again to go on from it"
            ) from error

    def load(self, name: str, device: torch.device) -> tuple[int, dict[str, Tensor]] | None:
        """The steps done and the tensors kept, on ``device``, or None if there is no file yet.

        Raises ``CheckpointError`` for a file that is no checkpoint, or one of another training.
        """
        path = Path(self.path)
        if not path.exists():
            return None
        advice = "name another file, or remove this one to begin again"
        try:
            found = torch.load(path, map_location=device, weights_only=True)
            schema, kept = found["schema"], found["training"]
            done, tensors = int(found["done"]), dict(found["tensors"])
        except (OSError, EOFError, RuntimeError, KeyError, TypeError, ValueError, pickle.UnpicklingError) as error:
            raise CheckpointError(f"checkpoint: {path} cannot be read as a checkpoint; {advice}") from error
        if schema != SCHEMA:
            raise CheckpointError(f"checkpoint: {path} has the schema {schema!r}; accepted is {SCHEMA!r}; {advice}")
        if kept != name:
            raise CheckpointError(
                f"checkpoint: {path} belongs to the training {kept}, and this one is {name}: other data, labels, "
                f"networks or settings; {advice}"
            )
        return done, tensors
