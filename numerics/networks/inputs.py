"""What networks read of samples: a tensor, or inputs that are fetched when they are asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from numerics.data.as_table import as_table
from numerics.data.fetched import Fetched
from numerics.data.given_data import refuse_images
from numerics.data.samples import Parted, Samples
from numerics.data.torch_samples import TorchSamples
from numerics.datasets.base import Dataset
from numerics.errors import ModelError
from numerics.models.base import CANNOT, Model
from numerics.models.cnn import CHANNELS
from numerics.networks.checked_models.trials import own_draws

FEW = 5
"""On so many samples it is tried in which shape a model reads them."""

Inputs = Tensor | Fetched
"""Inputs (n, ...), indexed by a slice or by indices (b,) or (K, b)."""


def inputs_of(kind: Model, samples: Samples, device: torch.device, dtype: torch.dtype) -> Inputs:
    """What networks of ``kind`` read of ``samples``: prepared features of a table, samples of torch as they are.

    Raises ``ModelError`` for a model of another shape, or one of tables alone.
    """
    check_table(kind, samples)
    if kind.needs_table:
        samples = as_table(samples)
    if isinstance(samples, Dataset):
        return torch.from_numpy(kind.inputs(samples)).to(device, dtype)
    rows = samples.rows.to(device, dtype)
    shape = _shape_read(kind, samples, rows)
    if isinstance(rows, Fetched):
        return rows.shaped(shape)
    return rows.reshape(-1, *shape)


def _shape_read(kind: Model, samples: TorchSamples, rows: Inputs) -> tuple[int, ...]:
    """The shape in which a sample is read: its own, or with a channel axis before it, where it is read only so."""
    shape, few = tuple(samples.rows.shape[1:]), rows[:FEW]
    asked, channel = getattr(kind, "shape", None), (1, *shape)
    if asked is not None and tuple(asked) not in (shape, channel if len(shape) == 2 else shape):
        raise ModelError(
            f"shape: got {tuple(asked)}, and the samples of {samples.name} have the shape {shape}; leave it out, since "
            f"{'images' if samples.is_pair else 'samples of torch'} come as they are"
        )
    if asked is not None:
        return tuple(asked)
    if len(shape) == 2:
        read = next((s for s in (shape, channel) if _is_read(kind, few.reshape(-1, *s), samples.classes)), None)
        return read or (channel if _convolves(kind, shape, samples.classes) else shape)
    if len(shape) == 3 and shape[-1] in CHANNELS and shape[0] not in CHANNELS:
        turned = few.permute(0, 3, 1, 2)
        if not _is_read(kind, few, samples.classes) and _is_read(kind, turned, samples.classes):
            turn = "X.transpose(0, 3, 1, 2), of a torch tensor X.permute(0, 3, 1, 2)"
            raise ModelError(
                f"model: {kind.name} cannot read samples of shape {shape}, and reads them with the channels first; "
                f"give {turn if samples.is_pair else 'x.permute(2, 0, 1) in the dataset'}"
            )
    return shape


def _is_read(kind: Model, few: Tensor, classes: int) -> bool:
    """Whether a network of ``kind`` gives scores (b, C) of ``few`` samples (b, ...)."""
    try:
        with own_draws(few), torch.no_grad():
            module = kind.seeded(tuple(few.shape[1:]), classes, 0).to(few.device, few.dtype)
            found = module(few)
    except (*CANNOT, ModelError):
        return False
    return isinstance(found, Tensor) and found.shape == (len(few), classes)


def _convolves(kind: Model, shape: tuple[int, ...], classes: int) -> bool:
    """Whether a network of ``kind`` has a layer that reads images with channels."""
    try:
        module = kind.seeded(shape, classes, 0)
    except (*CANNOT, ModelError):
        return True  # what cannot be made for samples without channels
    return any(isinstance(part, nn.Conv2d) for part in module.modules())


def notes_of_inputs(samples: Samples, inputs: Inputs) -> tuple[str, ...]:
    """What a reader has to know of the ``samples``, and of what the networks read of them."""
    if isinstance(samples, Dataset) or inputs.shape[1:] == samples.rows.shape[1:]:
        return samples.notes
    before, after = tuple(samples.rows.shape[1:]), tuple(inputs.shape[1:])
    return (*samples.notes, f"the model reads channels: samples of shape {before} are given to it as {after}")


def check_table(kind: Model, samples: Samples) -> None:
    """Raises ``ModelError`` for samples that are no rows where ``kind`` reads features of a table alone.

    ``DataError`` for a pair of images.
    """
    if kind.needs_table and isinstance(samples, TorchSamples) and len(samples.rows.shape) != 2:
        if samples.is_pair:
            refuse_images(samples.rows.shape)
        raise ModelError(
            f"model: {kind.name} reads standardised features of a table, and {samples.name} gives samples of shape "
            f"{tuple(samples.rows.shape[1:])} as they are; give a pair (X, y), or a module such as "
            "nn.Sequential(nn.Flatten(), nn.Linear(d, C))"
        )


@dataclass(frozen=True, eq=False)
class HeldOutInputs:
    """Samples that no network is trained on: ``inputs`` (m, ...) and clean ``labels`` (m,)."""

    inputs: Inputs
    labels: Tensor


def held_out_inputs(kind: Model, parts: Parted, device: torch.device, dtype: torch.dtype) -> HeldOutInputs | None:
    """What networks of ``kind`` read of the test part, prepared as what they are trained on; None if there is none."""
    if parts.test is None:
        return None
    labels = torch.from_numpy(parts.test.labels).to(device)
    if isinstance(parts.test, TorchSamples):
        return HeldOutInputs(inputs_of(kind, parts.test, device, dtype), labels)
    assert isinstance(parts.train, Dataset)
    found = torch.from_numpy(kind.inputs(parts.train, parts.test.features))
    return HeldOutInputs(found.to(device, dtype), labels)


def told_of(inputs: Inputs) -> bytes:
    """Bytes that decide what ``inputs`` are."""
    if isinstance(inputs, Fetched):
        return inputs.fingerprint.encode()
    return hashlib.sha256(inputs.detach().cpu().contiguous().numpy().tobytes()).digest()


def at_once(inputs: Inputs, networks: int) -> int | None:
    """On how many samples ``networks`` networks are evaluated at once where inputs are fetched, else None."""
    return inputs.at_once(networks) if isinstance(inputs, Fetched) else None
