"""Samples that torch has, as the table of features that linear models and bounds take."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.data.given_data import refuse_images
from numerics.data.torch_samples import TorchSamples, torch_samples
from numerics.datasets.base import Dataset
from numerics.errors import DataError
from numerics.progress import Progress, silent


def as_table(samples: Dataset | TorchSamples) -> Dataset:
    """The data set of ``samples`` (n, d) that fit into memory; a data set is returned as it is.

    Raises ``DataError`` for images, and for samples that are fetched one by one since they are too large.
    """
    if isinstance(samples, Dataset):
        return samples
    return Dataset(
        samples.name,
        features_in(samples),
        samples.labels,
        samples.classes,
        source="handed over",
        licence="that of its owner",
        label_names=samples.label_names,
        notes=samples.notes,
    )


def features_in(samples: TorchSamples, argument: str = "data") -> NDArray[np.float64]:
    """The features (n, d) of ``samples``; raises ``DataError`` as ``as_table``, which names the ``argument``."""
    shape = tuple(samples.rows.shape)
    if samples.is_pair:
        refuse_images(shape, argument)
    if len(shape) != 2:
        raise DataError(
            f"{argument}: got {samples.name} with samples of shape {shape[1:]}, and rows of features (d,) are needed "
            "here; flatten them in the dataset (x.flatten()), or give a network that reads them, model='cnn' or a "
            "torch.nn.Module, to confirm, trained or audit_model"
        )
    if not isinstance(samples.rows, torch.Tensor):
        raise DataError(
            f"{argument}: got {samples.name} with samples of shape {shape[1:]}, {shape[0]} of them, which are too many "
            "to be held in memory, and a table of them is needed here; take a Subset, a network in trained or confirm, "
            "or numerics.embeddings, which reads batches one by one"
        )
    return samples.rows.double().numpy()


def beside_table(given: object, dataset: Dataset, progress: Progress = silent) -> TorchSamples:
    """The samples of a torch Dataset or DataLoader that is the test part of a table, ``dataset``.

    Raises ``DataError`` where the classes of the table are not numbers from 0 on or those that ``given`` names, and as
    ``torch_samples``.
    """
    if dataset.written.first or (dataset.label_names and not _named(given, dataset)):
        listed = ", ".join(dataset.label_texts[:12]) + (", ..." if dataset.classes > 12 else "")
        raise DataError(
            f"test: got a {type(given).__name__}, whose labels are numbers from 0 on, beside data with the labels "
            f"{listed}; give a pair (X, y) with such labels"
        )
    rows = torch.empty(0, dataset.features.shape[1])
    beside = TorchSamples(
        dataset.name, rows, np.empty(0, np.int64), dataset.classes, dataset.label_texts, dataset.fingerprint
    )
    return torch_samples(given, progress, beside)


def _named(given: object, dataset: Dataset) -> bool:
    """Whether ``given`` names the classes that ``dataset`` has."""
    held = given
    while not hasattr(held, "classes") and hasattr(held, "dataset"):
        held = held.dataset
    names = getattr(held, "classes", ())
    return isinstance(names, list | tuple) and tuple(names) == dataset.label_names
