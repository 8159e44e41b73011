"""Samples that networks are trained on: a table as ``dataset_of`` takes it, images, or what torch has them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
import torch
import torch.utils.data
from numpy.typing import NDArray

from numerics.arrays.elsewhere import refuse_dask
from numerics.data.as_table import as_table, features_in
from numerics.data.given import Given, dataset_of
from numerics.data.held_out import held_out
from numerics.data.images import image_samples, is_images
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
    """What ``dataset_of`` makes of ``given``, or the samples of a torch Dataset or DataLoader, or of a pair of images.

    Raises ``UnknownNameError`` and ``DataError``.
    """
    if isinstance(given, TorchSamples):
        return given
    is_pair = is_images(given)
    if not is_torch_data(given) and not is_pair:
        return dataset_of(given, label, without, progress)
    columns = list(columns_named(without))
    if label is not None or columns:
        argument, value = ("label", label) if label is not None else ("without", columns)
        what = "a pair (X, y) of images" if is_pair else f"a torch {type(given).__name__}"
        raise DataError(f"{argument}: got {shown(value, 80)} for {what}, which has no named columns; leave it out")
    return image_samples(given) if is_pair else torch_samples(given, progress)


_TORCH = "a torch Dataset or DataLoader"
_PAIR = "a pair (X, y) of images"
_TABLE = "a table: a name, a file, a data frame or a pair (X, y)"


@dataclass(frozen=True, eq=False)
class Parted:
    """Samples to train on, the ``test`` part that is held out, and the ``rows`` (n,) that are kept to train on.

    ``test`` is None where nothing is held out, ``rows`` where all samples are trained on.
    """

    train: Samples
    test: Part | TorchSamples | None
    rows: NDArray[np.bool_] | None

    def as_tables(self) -> Parted:
        """The same with samples of torch as rows of a table; raises ``DataError`` as ``as_table``."""
        train = as_table(self.train)
        test = self.test
        if isinstance(test, TorchSamples):
            test = Part(features_in(test, "test"), test.labels, None)
        return Parted(train, test, self.rows)


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
    refuse_dask(test, "test")
    kind = _PAIR if is_images(test) else _TORCH if is_torch_data(test) else _TABLE
    wanted = _TABLE if isinstance(samples, Dataset) else _PAIR if samples.is_pair else _TORCH
    if kind != wanted and not (kind == _PAIR and wanted == _TABLE):
        raise DataError(
            f"test: got a {type(test).__name__} beside data that are {wanted}; accepted is a share of the samples, or "
            "data of the same kind"
        )
    if isinstance(samples, TorchSamples) and samples.is_pair:
        return Parted(samples, image_samples(test, samples), None)
    if isinstance(samples, TorchSamples):
        return Parted(samples, torch_samples(test, progress, samples), None)
    return Parted(samples, held_out(test, samples, label, without, progress), None)
