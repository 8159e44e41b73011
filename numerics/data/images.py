"""Pairs (X, y) whose X is a stack of images, or of other samples with a shape of their own: networks get them as given.

Nothing is standardised, dropped or flattened; entries of uint8 are divided by 255, as those of torch data sets are.
"""

from __future__ import annotations

import hashlib

import numpy as np
import torch
from torch import Tensor

from numerics.arrays.columns import coded_column
from numerics.arrays.elsewhere import is_sparse
from numerics.data.classes import classes_in
from numerics.data.given_data import NAME, pair_in
from numerics.data.real_features import array_of
from numerics.data.torch_samples import OF_BYTES, TorchSamples
from numerics.data.torch_source import BYTE
from numerics.errors import DataError


def is_images(given: object) -> bool:
    """Whether ``given`` is a pair (X, y) whose X has more than two axes."""
    parts = pair_in(given)
    return parts is not None and not is_sparse(parts[0]) and _axes(parts[0]) > 2


def image_samples(pair: object, beside: TorchSamples | None = None) -> TorchSamples:
    """The samples of a ``pair`` (X, y): X (n, ...) of real numbers, and labels y (n,) as ``given_data`` takes them.

    Parameters: ``beside`` the data of which ``pair`` is a test part: then X has their shape, and classes may be
    missing.  Raises ``DataError`` for other shapes, entries that are no finite numbers, samples that are all the same,
    and labels as ``given_data``.

    >>> found = image_samples((np.arange(18.0).reshape(2, 3, 3), ["owl", "cat"]))
    >>> tuple(found.rows.shape), found.label_names
    ((2, 3, 3), ('cat', 'owl'))
    """
    argument = "data" if beside is None else "test"
    parts = pair_in(pair)
    assert parts is not None
    rows, was_bytes = _rows(parts[0], argument)
    labels = array_of(parts[1], "y", argument)
    if labels.ndim != 1 or len(labels) != len(rows) or not rows.numel():
        raise DataError(
            f"{argument}: got X of shape {tuple(rows.shape)} and y of shape {labels.shape}; accepted are images "
            "(n, ...), such as (n, channels, height, width), and labels (n,), one for each image"
        )
    if beside is not None:
        if rows.shape[1:] != beside.rows.shape[1:]:
            raise DataError(
                f"test: got samples of shape {tuple(rows.shape[1:])} beside data of shape "
                f"{tuple(beside.rows.shape[1:])}; accepted are samples of one shape"
            )
        _check_scale(was_bytes, beside)
        numbers = coded_column(parts[1], "test: y", beside.label_texts, "those of the data")[0]
        classes, names, notes = beside.classes, beside.label_names, beside.notes
    else:
        if bool((rows == rows[:1]).all()):
            raise DataError("data: all images of X are the same, so that they say nothing about the label; give others")
        read = classes_in(parts[1])
        numbers, classes, names = read.labels, read.count, read.names
        if read.first:
            names = tuple(str(read.first + i) for i in range(classes))
        notes = (*read.notes, *((OF_BYTES,) if was_bytes else ()), _note(rows))
    told = hashlib.sha256(repr((len(rows), tuple(rows.shape[1:]), str(rows.dtype))).encode())
    told.update(rows.numpy().data)
    told.update(numbers.tobytes())
    return TorchSamples(NAME, rows, numbers, classes, names, told.hexdigest()[:16], notes, is_pair=True)


def _axes(part: object) -> int:
    """How many axes ``part`` has, as far as its first entries say it."""
    axes = 0
    while isinstance(part, list | tuple) and part:
        axes, part = axes + 1, part[0]
    found = getattr(part, "ndim", None)
    if found is None and any(hasattr(part, name) for name in ("__array__", "__array_interface__")):
        found = np.ndim(part)  # type: ignore[arg-type]  # an image of another library
    return axes + int(found or 0)


def _rows(part: object, argument: str) -> tuple[Tensor, bool]:
    """The images in float32 or float64, and whether they were bytes."""
    array = array_of(part, "X", argument)
    if array.dtype.kind not in "biuf":
        raise DataError(f"{argument}: X has entries of type {array.dtype}; accepted are real numbers")
    if array.dtype == np.uint8:
        return torch.from_numpy(np.array(array)).to(torch.float32) / BYTE, True
    # half precision is held exactly by float32; a copy of its own, in the order of bytes of this machine
    short = array.dtype.kind == "f" and array.dtype.itemsize <= 4
    real = np.array(array, dtype=np.float32 if short else np.float64, order="C")
    bad = np.flatnonzero(~np.isfinite(real).all(axis=tuple(range(1, real.ndim))))
    if bad.size:
        raise DataError(
            f"{argument}: X is not finite in {bad.size} image{'s' * (bad.size > 1)}, first in image {bad[0]}; leave "
            "such images out or fill them in"
        )
    return torch.from_numpy(real), False


def _check_scale(was_bytes: bool, beside: TorchSamples) -> None:
    """Raises ``DataError`` where images of bytes and of other numbers are beside each other."""
    of_data = OF_BYTES in beside.notes
    if was_bytes != of_data:
        kinds = ("numbers as they are", f"uint8, which is divided by {BYTE}")
        raise DataError(
            f"test: got X of {kinds[was_bytes]}, beside data of {kinds[of_data]}; give both in one dtype and scale"
        )


def _note(rows: Tensor) -> str:
    least, most = float(rows.min()), float(rows.max())
    shape = tuple(rows.shape[1:])
    return f"samples of shape {shape} come as they are, with entries from {least:.4g} to {most:.4g}; nothing is scaled"
