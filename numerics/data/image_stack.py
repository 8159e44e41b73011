"""Stacks of images in arrays: (n, H, W), which get a channel, or (n, channels, H, W), as networks read them.

They come as they are, like samples of torch: nothing is standardised, no pixel is dropped, and bytes are divided by
255.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch.utils.data import TensorDataset

from numerics.arrays.elsewhere import is_dask
from numerics.arrays.masks import refuse_mask
from numerics.data.class_labels import class_labels
from numerics.data.given_data import NAME, pair_in
from numerics.data.real_features import array_of
from numerics.data.torch_samples import TorchSamples, torch_samples
from numerics.errors import DataError
from numerics.progress import Progress, silent


def is_stack(given: object) -> bool:
    """Whether ``given`` is a pair (X, y) with images in X."""
    parts = pair_in(given)
    if parts is None or is_dask(parts[0]):
        return False
    shape = getattr(parts[0], "shape", None)
    if shape is None and isinstance(parts[0], list | tuple):  # a list of images
        shape = (len(parts[0]), *np.shape(parts[0][0])) if len(parts[0]) and np.ndim(parts[0][0]) > 1 else ()
    return len(shape or ()) in (3, 4)


def stacked(given: object, progress: Progress = silent, beside: TorchSamples | None = None) -> TorchSamples:
    """The images of a pair (X, y) as samples; ``beside`` are the data of which they are a test part.

    Raises ``DataError`` for entries that are no finite real numbers, and labels as a table of features does.
    """
    parts = pair_in(given)
    assert parts is not None
    features, labels = parts
    argument = "data" if beside is None else "test"
    refuse_mask(features, f"{argument}: X", DataError)
    x = array_of(features, "X", argument)
    if x.dtype.kind not in "biuf":
        raise DataError(f"{argument}: X has entries of type {x.dtype}; accepted are real numbers")
    names = None if beside is None else beside.label_texts
    found = class_labels(labels, "y", argument, names)
    if len(found.numbers) != len(x):
        raise DataError(
            f"{argument}: got X of shape {x.shape} and {len(found.numbers)} labels; accepted is an image for each label"
        )
    images = torch.from_numpy(np.ascontiguousarray(x.astype(x.dtype.newbyteorder("="))))
    if images.dtype != torch.uint8 and not images.is_floating_point():
        images = images.to(torch.float32)
    if images.ndim == 3:
        images = images[:, None]
    read = torch_samples(TensorDataset(images, torch.from_numpy(found.numbers)), progress, beside)
    return replace(read, name=NAME, label_names=found.names if beside is None else beside.label_names)
