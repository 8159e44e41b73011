"""What a torch Dataset or DataLoader hands over: samples (x, y), one by one.

Of a loader its dataset is read: batches, their order and workers are the affair of the training.  What would change the
samples themselves, a sampler or a ``collate_fn``, is refused.  A stream is read once, into a temporary file.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sized
from dataclasses import dataclass
from typing import IO, Any, cast

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import BatchSampler, DataLoader, Dataset, IterableDataset, RandomSampler, SequentialSampler
from torch.utils.data._utils.collate import default_collate, default_convert

from numerics.arrays.masks import refuse_mask
from numerics.errors import DataError
from numerics.progress import Progress

FREE = 2**30
"""Bytes of the temporary folder that a stream leaves free."""
LARGEST = 2**31
"""Labels are below it."""
BYTE = 255
"""The largest entry of an image of bytes, which becomes 1."""


@dataclass(frozen=True)
class Sample:
    """One sample: ``x`` a tensor of floats, ``label``, and whether x ``was_bytes``."""

    x: Tensor
    label: int
    was_bytes: bool = False

    @property
    def kind(self) -> tuple[tuple[int, ...], torch.dtype]:
        """The shape and the dtype that x came in."""
        return tuple(self.x.shape), torch.uint8 if self.was_bytes else self.x.dtype


@dataclass(frozen=True)
class Source:
    """Samples by their index, of a torch data set with a length, which errors call ``name``."""

    name: str
    samples: Any

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, i: int) -> Sample:
        try:
            found = self.samples[i]
        except (IndexError, StopIteration) as error:
            raise _ended(
                self.name, len(self), f"sample {i} is not there ({type(error).__name__}{_told(error)})"
            ) from error
        except Exception as error:
            raise unread(self.name, i, error) from error
        return checked_sample(found, i, self.name)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The ``classes`` of the data set, or of that of which it is a part; none if it names none."""
        held = self.samples
        while not hasattr(held, "classes") and hasattr(held, "dataset"):
            held = held.dataset
        names = getattr(held, "classes", ())
        is_named = isinstance(names, list | tuple) and all(isinstance(name, str) for name in names)
        return tuple(names) if is_named else ()


def is_torch_data(given: object) -> bool:
    """Whether ``given`` is a torch Dataset or DataLoader."""
    return isinstance(given, Dataset | DataLoader)


def source_of(given: object, progress: Progress) -> Source:
    """The samples of a torch Dataset or DataLoader; a stream is read to its end.

    Raises ``DataError`` for a loader that changes the samples, a data set without a length, and what ``Sample`` is not.
    """
    held = _dataset_in(given) if isinstance(given, DataLoader) else given
    name = type(held).__name__
    if isinstance(held, IterableDataset):
        return Source(name, _Stored.of(held, name, progress))
    if not hasattr(held, "__len__") or not hasattr(held, "__getitem__"):
        raise DataError(
            f"data: {name} has no __len__ or no __getitem__; accepted is a torch Dataset with both, or an "
            "IterableDataset, which is read once"
        )
    return Source(name, held)


def _dataset_in(loader: DataLoader[Any]) -> object:
    """The data set of ``loader``, if the loader hands over its samples as they are, each once."""
    advice = "give the dataset itself; batches come from Training(batch=)"
    if loader.collate_fn not in (default_collate, default_convert):
        raise DataError(
            "data: the DataLoader has a collate_fn of its own, which may mix or change samples; accepted is the "
            f"default one: do what it does in the dataset, or {advice}"
        )
    if isinstance(loader.dataset, IterableDataset):
        return loader.dataset
    sampler = loader.sampler
    is_each_once = type(sampler) is SequentialSampler or (
        type(sampler) is RandomSampler and not sampler.replacement and sampler.num_samples == len(sampler.data_source)
    )
    if not is_each_once or type(loader.batch_sampler) not in (BatchSampler, type(None)):
        seen = sampler if not is_each_once else loader.batch_sampler
        raise DataError(
            f"data: the DataLoader has a {type(seen).__name__}, which may leave samples out or repeat them; accepted "
            f"is each sample once: take a Subset, or {advice}"
        )
    return loader.dataset


def checked_sample(found: object, i: int, name: str) -> Sample:
    """``found`` as a sample, the one with index ``i`` of ``name``; raises ``DataError`` for anything else."""
    if not isinstance(found, tuple | list) or len(found) != 2:
        what = f"a {type(found).__name__}" + (f" of length {len(found)}" if isinstance(found, tuple | list) else "")
        raise DataError(
            f"data: sample {i} of {name} is {what}; accepted is a pair (x, y) of a tensor and its label: write a "
            "Dataset whose __getitem__ returns one"
        )
    x, was_bytes = _input(found[0], i, name)
    return Sample(x, _label(found[1], i, name), was_bytes)


def _ended(name: str, length: int, what: str) -> DataError:
    """What is raised where ``name`` says that it has ``length`` samples, and does not give them."""
    return DataError(
        f"data: {name} ends early: its __len__ says {length} samples, and {what}; accepted is a data set that gives as "
        "many as it says: mend its __len__, or what it reads"
    )


def _told(error: Exception) -> str:
    """The first line of what ``error`` says, after a colon."""
    return f": {str(error).splitlines()[0]}" if str(error) else ""


def unread(name: str, i: int, error: Exception) -> DataError:
    """What is raised where sample ``i`` of ``name`` cannot be read."""
    told = str(error).splitlines()[0] if str(error) else "no message"
    return DataError(
        f"data: sample {i} of {name} cannot be read: {type(error).__name__}: {told}; mend it, or "
        "leave it out by a Subset"
    )


def _input(x: object, i: int, name: str) -> tuple[Tensor, bool]:
    refuse_mask(x, f"data: the input of sample {i} of {name}", DataError)
    if isinstance(x, np.ndarray) and x.dtype.kind in "fu":
        x = torch.from_numpy(np.array(x))
    if isinstance(x, Tensor) and x.dtype == torch.uint8:
        return x.detach().cpu().to(torch.float32) / BYTE, True
    if not isinstance(x, Tensor) or not x.is_floating_point():
        what = f"a tensor of {x.dtype}" if isinstance(x, Tensor) else f"a {type(x).__name__}"
        raise DataError(
            f"data: the input of sample {i} of {name} is {what}; accepted is a tensor of floats, or of uint8, which is "
            "divided by 255: make it one in the dataset, such as by transforms.ToTensor() or x.float()"
        )
    if not x.ndim or not x.numel():
        raise DataError(
            f"data: the input of sample {i} of {name} has the shape {tuple(x.shape)}; accepted is a shape of one "
            "sample with at least one entry, such as (d,) or (channels, height, width)"
        )
    if not bool(x.isfinite().all()):
        raise DataError(f"data: the input of sample {i} of {name} is not finite; leave the sample out or fill it in")
    # half precision has no arithmetic of its own on a CPU, and float32 holds it exactly
    kept = x.detach().cpu()
    return (kept if kept.dtype in (torch.float32, torch.float64) else kept.float()), False


def _label(y: object, i: int, name: str) -> int:
    refuse_mask(y, f"data: the label of sample {i} of {name}", DataError)
    advice = ""
    shape = getattr(y, "shape", ())
    if isinstance(y, list | tuple):
        shape = (len(y),)
    if len(shape):
        advice = ": y.argmax() turns a one-hot row into a label" if shape != (1,) else ": y.item() is one"
        what = f"of shape {tuple(shape)}"
    else:
        held = y.item() if isinstance(y, Tensor | np.generic | np.ndarray) else y
        if isinstance(held, int) and not isinstance(held, bool) and 0 <= held < LARGEST:
            return held
        what = repr(held)
        if isinstance(held, float | bool):
            advice = ": int(y) is one"
    raise DataError(f"data: the label of sample {i} of {name} is {what}; accepted is an integer from 0 to C-1{advice}")


@dataclass(frozen=True, eq=False)
class _Stored:
    """The samples of a stream in a temporary file, which goes when it is no longer used."""

    inputs: np.memmap[Any, np.dtype[Any]]
    labels: tuple[int, ...]
    was_bytes: bool

    @classmethod
    def of(cls, stream: IterableDataset[Any], name: str, progress: Progress) -> _Stored:
        # the map keeps the file, which is gone with it
        with _temporary(name) as file:
            labels, first = _written(stream, name, file, progress)
            shape = (len(labels), *first.x.shape)
            mapped = np.memmap(cast(Any, file), dtype=first.x.numpy().dtype, mode="r", shape=shape)
        return cls(mapped, labels, first.was_bytes)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, i: int) -> tuple[Tensor, int]:
        return torch.from_numpy(np.array(self.inputs[i])), self.labels[i]


def _temporary(name: str) -> IO[bytes]:
    """A file without a name, which no error and no end of the program leaves behind."""
    try:
        return tempfile.TemporaryFile()
    except OSError as error:
        raise DataError(
            f"data: {name} is a stream, which is stored once, and no temporary file can be made: "
            f"{error.strerror or error}; name a folder that can be written to by TMPDIR"
        ) from error


def _written(
    stream: IterableDataset[Any], name: str, file: IO[bytes], progress: Progress
) -> tuple[tuple[int, ...], Sample]:
    """The labels of ``stream``, whose inputs are written to ``file``, and its first sample."""
    labels: list[int] = []
    first: Sample | None = None
    for found in _read(stream, name):
        sample = checked_sample(found, len(labels), name)
        first = first or sample
        check_alike(sample, first, len(labels), name)
        try:
            file.write(sample.x.contiguous().numpy().tobytes())
        except OSError as error:
            raise _unwritten(name, len(labels), error) from error
        labels.append(sample.label)
        if len(labels) % 1000 == 0:
            progress(0, 1, f"{len(labels)} samples read")
            if shutil.disk_usage(tempfile.gettempdir()).free < FREE:
                raise _without_room(name, len(labels))
    if first is None:
        raise empty(name)
    told = _length_told(stream)
    if told is not None and len(labels) < told:
        raise _ended(name, told, f"{len(labels)} came")
    try:
        # the last of it may not have left the memory yet
        file.flush()
    except OSError as error:
        raise _unwritten(name, len(labels), error) from error
    return tuple(labels), first


def _length_told(stream: IterableDataset[Any]) -> int | None:
    """How many samples ``stream`` says that it has; None where it does not say so."""
    try:
        return len(cast(Sized, stream)) if hasattr(stream, "__len__") else None
    except (TypeError, NotImplementedError):
        return None


def _unwritten(name: str, done: int, error: OSError) -> DataError:
    """What is raised where sample ``done`` of the stream ``name`` cannot be written."""
    return DataError(
        f"data: {name} is a stream, which is stored once, and after {done} samples no more can be written to "
        f"{tempfile.gettempdir()}: {error.strerror or error}; nothing of it is left there: take fewer samples, make "
        "room, or name a larger folder by TMPDIR"
    )


def _read(stream: IterableDataset[Any], name: str) -> Iterator[object]:
    done = 0
    try:
        for found in stream:
            yield found
            done += 1
    except DataError:
        raise
    except Exception as error:
        raise unread(name, done, error) from error


def check_alike(sample: Sample, first: Sample, i: int, name: str) -> None:
    """Raises ``DataError`` unless the input of ``sample`` ``i`` has the shape and dtype of that of the ``first``."""
    if sample.kind != first.kind:
        raise DataError(
            f"data: the input of sample {i} of {name} has the shape {sample.kind[0]} and {sample.kind[1]}, and that of "
            f"sample 0 {first.kind[0]} and {first.kind[1]}; accepted are inputs that are alike: "
            "crop or pad them in the dataset"
        )


def empty(name: str) -> DataError:
    """What is raised for a data set ``name`` without samples."""
    return DataError(f"data: {name} has no samples; accepted is at least one sample of each of two or more classes")


def _without_room(name: str, done: int) -> DataError:
    return DataError(
        f"data: {name} is a stream, which is stored once, and after {done} samples {tempfile.gettempdir()} has less "
        "than 1 GiB left; accepted is a stream that ends and fits: take fewer samples, or name a larger "
        "folder by TMPDIR"
    )
