"""Inputs that stay where they are: samples are fetched when they are asked for, a few at a time."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from numerics.data.torch_source import Source
from numerics.errors import DataError

ENTRIES = 2**24
"""So many entries of inputs, over all networks together, are evaluated at once."""


@dataclass(frozen=True, eq=False)
class Fetched:
    """Inputs (n, ...) of a ``source``: it is indexed as a tensor is, by a slice or by indices (b,) or (K, b).

    ``places`` (n,) are the samples of the source, ``marks`` their checksums: a sample that is another one when it comes
    again is refused.  ``shape`` is (n, ...); what comes is on ``device`` in ``dtype``.
    """

    source: Source
    places: NDArray[np.int64]
    marks: NDArray[np.uint32]
    shape: torch.Size
    dtype: torch.dtype
    device: torch.device
    fingerprint: str

    def __len__(self) -> int:
        return len(self.places)

    def to(self, device: torch.device, dtype: torch.dtype) -> Fetched:
        """The same inputs on ``device`` in ``dtype``."""
        return replace(self, device=device, dtype=dtype)

    def shaped(self, shape: tuple[int, ...]) -> Fetched:
        """The same inputs, each of them in the ``shape``, which has as many entries."""
        return replace(self, shape=torch.Size((len(self), *shape)))

    def __getitem__(self, which: slice | Tensor) -> Tensor:
        """The inputs ``which``; raises ``DataError`` for a sample that has changed since it was first read."""
        if isinstance(which, slice):
            which = torch.arange(len(self))[which]
        wanted = which.cpu()
        # networks with orders of their own may ask for one sample more than once: it is fetched once
        places, back = torch.unique(wanted, return_inverse=True)
        found = torch.empty(len(places), *self.shape[1:], dtype=self.dtype)
        for row, place in enumerate(places.tolist()):
            found[row] = self._sample(place).reshape(self.shape[1:])
        return found[back].to(self.device)

    def at_once(self, networks: int) -> int:
        """How many samples ``networks`` networks are evaluated on at once."""
        return max(1, ENTRIES // (networks * self.shape[1:].numel()))

    def part(self, rows: NDArray[np.bool_]) -> Fetched:
        """The samples where ``rows`` (n,) is true."""
        shape = torch.Size((int(rows.sum()), *self.shape[1:]))
        told = hashlib.sha256(self.fingerprint.encode() + np.packbits(rows).tobytes()).hexdigest()[:16]
        return replace(self, places=self.places[rows], marks=self.marks[rows], shape=shape, fingerprint=told)

    def _sample(self, place: int) -> Tensor:
        at = int(self.places[place])
        x = self.source[at].x
        if mark_of(x) != self.marks[place]:
            raise changed(self.source.name, at)
        return x


def mark_of(x: Tensor) -> int:
    """A checksum of ``x``, its shape included."""
    return zlib.crc32(x.contiguous().numpy().tobytes(), zlib.crc32(repr(tuple(x.shape)).encode()))


def changed(name: str, i: int) -> DataError:
    """What is raised where sample ``i`` of ``name`` is another one each time it is read."""
    return DataError(
        f"data: sample {i} of {name} is another one when it is read again, such as under a random transform; what is "
        "claimed is about fixed samples: leave random transforms out, or store the samples that they give"
    )
