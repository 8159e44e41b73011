"""Samples that networks are trained on: a table as ``dataset_of`` takes it, or what torch has them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
import torch
import torch.utils.data
from numpy.typing import NDArray

from numerics.data.given import Given, dataset_of
from numerics.data.held_out import held_out
from numerics.data.image_stack import is_stack, stacked
from numerics.data.prepared import Part, checked_share, test_rows
from numerics.data.table import columns_named
from numerics.data.torch_samples import TorchSamples, torch_samples
from numerics.data.torch_source import is_torch_data
from numerics.datasets.base import Dataset
from numerics.errors import DataError
from numerics.progress import Progress, silent
from symcheck.errors import shown

AnyData = Given | torch.utils.data.Dataset[Any] | torch.utils.data.DataLoader[Any] | TorchSamples
"""Data as a user has them, or as torch has them; a data frame as well, of a type of its own."""

Samples = Dataset | TorchSamples
"""A table of features that are standardised, or samples of torch, which come as they are."""


def samples_of(
    given: object, label: str | None = None, without: Sequence[str] = (), progress: Progress = silent
) -> Samples:
    """What ``dataset_of`` makes of ``given``, or samples as they are: images, those of a torch Dataset or DataLoader.

    Raises ``UnknownNameError`` and ``DataError``.
    """
    if isinstance(given, TorchSamples):
        return given
    if not is_torch_data(given) and not is_stack(given):
        return dataset_of(given, label, without, progress)
    columns = list(columns_named(without))
    if label is not None or columns:
        argument, value = ("label", label) if label is not None else ("without", columns)
        raise DataError(
            f"{argument}: got {shown(value, 80)} for {_described(given)}, which has no named columns; leave it out"
        )
    return _as_they_are(given, progress)


def _as_they_are(given: object, progress: Progress, beside: TorchSamples | None = None) -> TorchSamples:
    """Samples that are not standardised: those of torch, and images."""
    return stacked(given, progress, beside) if is_stack(given) else torch_samples(given, progress, beside)


def _described(given: object) -> str:
    return "a pair of images and labels" if is_stack(given) else f"a torch {type(given).__name__}"


@dataclass(frozen=True, eq=False)
class Parted:
    """Samples to train on, the ``test`` part that is held out, and the ``rows`` (n,) that are kept to train on.

    ``test`` is None where nothing is held out, ``rows`` where all samples are trained on.
    """

    train: Samples
    test: Part | TorchSamples | None
    rows: NDArray[np.bool_] | None


def parted(
    samples: Samples,
    test: object = None,
    label: str | None = None,
    without: Sequence[str] = (),
    progress: Progress = silent,
) -> Parted:
    """``samples`` with ``test`` held out: a share of each class, or data of their own.

    Parameters: ``test`` in [0, 1), drawn with the seed 0, or what ``samples_of`` takes, with the same columns or the
    same shape; ``label`` and ``without`` as there.  Raises ``DataError``.
    """
    if test is None:
        return Parted(samples, None, None)
    if isinstance(test, Real):
        chosen = test_rows(samples.labels, checked_share(test), 0)
        if not chosen.any():
            return Parted(samples, None, None)
        if isinstance(samples, TorchSamples):
            return Parted(samples.part(~chosen), samples.part(chosen), ~chosen)
        return Parted(samples.part(~chosen), Part(samples.features[chosen], samples.labels[chosen], None), ~chosen)
    is_torch = isinstance(samples, TorchSamples)
    if (is_torch_data(test) or is_stack(test)) != is_torch:
        kinds = ("a torch Dataset or DataLoader, or images", "a table: a name, a file, a data frame or a pair (X, y)")
        raise DataError(
            f"test: got a {type(test).__name__} beside data that are {kinds[not is_torch]}; accepted is a share of the "
            "samples, or data of the same kind"
        )
    if isinstance(samples, TorchSamples):
        return Parted(samples, _as_they_are(test, progress, samples), None)
    return Parted(samples, held_out(test, samples, label, without, progress), None)
