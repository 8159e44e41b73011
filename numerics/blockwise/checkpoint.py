"""Sums in a file while a pass goes on, so that one that was cut off goes on where it was."""

from __future__ import annotations

import hashlib
import io
import time
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from numerics.blockwise.blocks import Local
from numerics.blockwise.moments import Moments
from numerics.blockwise.summing import Kept
from numerics.errors import CheckpointError
from symcheck.files import written

EVERY = 20.0
"""Seconds between two times that the sums are written."""


@dataclass
class Checkpoint:
    """The file at ``path`` for the sums of ``source``, told apart by name, number of rows, and its first rows."""

    path: Path
    source: Local
    by_label: bool
    _last: float = 0.0

    def kept(self) -> Kept[Moments]:
        """The sums in the file, none where there is no file yet.

        Raises ``CheckpointError`` for a file that cannot be read or belongs to other data.
        """
        self._last = time.monotonic()
        if not self.path.exists():
            return Kept(keep=self.write)
        try:
            with np.load(self.path, allow_pickle=False) as file:
                about, rows = str(file["about"]), int(file["rows"])
                sums = Moments(**{f.name: file[f.name] for f in fields(Moments)})
                sums = replace(sums, grams=tuple(sums.grams), by_label=bool(sums.by_label))
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise CheckpointError(
                f"checkpoint: cannot read {self.path}: {error}; remove it to begin anew, or name another file"
            ) from error
        if about != self._about:
            raise CheckpointError(
                f"checkpoint: {self.path} has sums of {about}, and these are {self._about}; remove it to begin anew, "
                "or name another file"
            )
        return Kept(rows, sums, self.write)

    def write(self, rows: int, sums: Moments) -> None:
        """Put the sums of the first ``rows`` into the file, if it is time; the one before stays where that fails."""
        now = time.monotonic()
        if now - self._last < EVERY and rows != self.source.rows:
            return
        self._last = now
        buffer = io.BytesIO()
        parts = {f.name: getattr(sums, f.name) for f in fields(Moments)}
        np.savez(buffer, about=np.array(self._about), rows=np.array(rows), **parts)
        try:
            written(self.path, buffer.getvalue())
        except OSError as error:
            raise CheckpointError(
                f"checkpoint: cannot write {self.path}: {error.strerror}; make room, or name a file elsewhere, and "
                "call again: what it has of before is kept"
            ) from error

    @cached_property
    def _about(self) -> str:
        kind = "with Gram matrices by class" if self.by_label else "without Gram matrices by class"
        rows, labels = self.source.head()
        first = hashlib.sha256(rows.tobytes() + labels.tobytes()).hexdigest()[:16]
        return f"{self.source.name}, {self.source.rows} rows, {kind}, first rows {first}"
