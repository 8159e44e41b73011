"""Data as torch has them: a Dataset or DataLoader beside the tables of ``numerics.datasets``.

Every sample is read once before anything is trained: for its label, to see that it is one, and for the fingerprint.
Inputs that fit are kept; of more than ``IN_MEMORY`` bytes they are fetched when they are asked for.  They come as the
data set gives them: nothing is standardised.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from numerics.data.fetched import Fetched, changed, mark_of
from numerics.data.torch_source import Source, check_alike, empty, source_of
from numerics.errors import DataError
from numerics.progress import Progress, silent

IN_MEMORY = 2**28
"""Inputs of at most so many bytes are kept in memory."""
AGAIN = 64
"""So many samples, spread over all of them, are read a second time."""
MOST_SHOWN = 12
OF_BYTES = "inputs of uint8 were divided by 255"
"""A note on results."""


@dataclass(frozen=True, eq=False)
class TorchSamples:
    """Samples of a torch data set: ``rows`` (n, ...) of inputs, ``labels`` (n,) in 0..C-1, C = ``classes`` >= 2.

    ``label_names`` are the ``classes`` that the data set names, if it does; ``fingerprint`` is one of inputs and
    labels; ``notes`` say what was done to them; ``is_pair``: they were handed over as (X, y).
    """

    name: str
    rows: Tensor | Fetched
    labels: NDArray[np.int64]
    classes: int
    label_names: tuple[str, ...]
    fingerprint: str
    notes: tuple[str, ...] = ()
    is_pair: bool = False

    @property
    def label_texts(self) -> tuple[str, ...]:
        """The C classes as texts."""
        return self.label_names or tuple(map(str, range(self.classes)))

    def part(self, rows: NDArray[np.bool_]) -> TorchSamples:
        """The samples where ``rows`` (n,) is true."""
        kept = self.rows.part(rows) if isinstance(self.rows, Fetched) else self.rows[torch.from_numpy(rows)]
        told = hashlib.sha256(self.fingerprint.encode() + np.packbits(rows).tobytes()).hexdigest()[:16]
        return replace(self, rows=kept, labels=self.labels[rows], fingerprint=told)


def torch_samples(given: object, progress: Progress = silent, beside: TorchSamples | None = None) -> TorchSamples:
    """The samples of a torch Dataset or DataLoader ``given``, which is read once.

    Parameters: ``beside`` the data of which ``given`` is a test part: then classes may be missing.  Raises
    ``DataError`` for samples that are no pairs of a tensor of floats and an integer label, that are not alike or not
    finite, or that change when they are read again, for a class without samples, and for a loader that changes samples.
    """
    source = source_of(given, progress)
    count = len(source)
    if not count:
        raise empty(source.name)
    first = source[0]
    fits = count * first.x.nbytes <= IN_MEMORY
    kept = torch.empty(count if fits else 0, *first.x.shape, dtype=first.x.dtype)
    labels, marks = np.empty(count, np.int64), np.empty(count, np.uint32)
    told = hashlib.sha256(repr((count, tuple(first.x.shape), str(first.x.dtype))).encode())
    for i in range(count):
        sample = source[i]
        check_alike(sample, first, i, source.name)
        labels[i], marks[i] = sample.label, mark_of(sample.x)
        told.update(sample.x.contiguous().numpy().tobytes())
        if fits:
            kept[i] = sample.x
        if (i + 1) % 1000 == 0 or i + 1 == count:
            progress(i + 1, count, "samples read")
    for i in np.unique(np.linspace(0, count - 1, AGAIN).astype(int)).tolist():
        if mark_of(source[i].x) != marks[i]:
            raise changed(source.name, i)
    told.update(labels.tobytes())
    fingerprint = told.hexdigest()[:16]
    classes = _checked_classes(source, labels) if beside is None else _checked_beside(source, first.x, labels, beside)
    shape = torch.Size((count, *first.x.shape))
    rows = kept if fits else Fetched(
        source, np.arange(count), marks, shape, first.x.dtype, torch.device("cpu"), fingerprint
    )  # fmt: skip
    notes = (OF_BYTES,) if _was_bytes(source, first.was_bytes) else ()
    names = source.class_names if beside is None else beside.label_names
    return TorchSamples(source.name, rows, labels, classes, names, fingerprint, notes)


def _checked_classes(source: Source, labels: NDArray[np.int64]) -> int:
    """C, if each of the labels 0..C-1 occurs and they are those that the data set names."""
    names, present = source.class_names, np.unique(labels)
    count = max(int(present[-1]) + 1, len(names))
    if names and len(names) < count:
        raise DataError(
            f"data: {source.name} has the label {present[-1]} and names {len(names)} classes; accepted are labels from "
            "0 to C-1: mend its classes or its labels"
        )
    # a few of them: a label may be far above the number of samples
    there = set(present.tolist())
    few = range(min(count, len(present) + MOST_SHOWN + 1))
    missing = [label for label in few if label not in there]
    if missing or count < 2:
        lacking = f", and no sample of {_shown(missing, names)}" if missing else ""
        raise DataError(
            f"data: {source.name} has the labels {_shown(present.tolist(), ())}{lacking}; accepted are 0, ..., C-1, "
            "each at least once, with C >= 2: number the classes that there are from 0 on"
        )
    return count


def _checked_beside(source: Source, x: Tensor, labels: NDArray[np.int64], beside: TorchSamples) -> int:
    if x.shape != beside.rows.shape[1:]:
        raise DataError(
            f"test: got samples of shape {tuple(x.shape)} beside data of shape {tuple(beside.rows.shape[1:])}; "
            "accepted are samples of one shape"
        )
    if int(labels.max()) >= beside.classes:
        raise DataError(
            f"test: got the label {labels.max()} in {source.name}; accepted are those of the data, 0 to "
            f"{beside.classes - 1}"
        )
    return beside.classes


def _was_bytes(source: Source, first: bool) -> bool:
    # a stream is stored as floats, and remembers what it was
    return first or bool(getattr(source.samples, "was_bytes", False))


def _shown(labels: Sequence[int], names: tuple[str, ...]) -> str:
    texts = [f"{label} ({names[label]})" if names else str(label) for label in labels[:MOST_SHOWN]]
    return ", ".join(texts) + (", ..." if len(labels) > MOST_SHOWN else "")
