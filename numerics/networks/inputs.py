"""What networks read of samples: a tensor, or inputs that are fetched when they are asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.data.fetched import Fetched
from numerics.data.samples import Parted, Samples
from numerics.data.torch_samples import TorchSamples
from numerics.datasets.base import Dataset
from numerics.errors import ModelError
from numerics.models.base import Model

Inputs = Tensor | Fetched
"""Inputs (n, ...), indexed by a slice or by indices (b,) or (K, b)."""


def inputs_of(kind: Model, samples: Samples, device: torch.device, dtype: torch.dtype) -> Inputs:
    """What networks of ``kind`` read of ``samples``: prepared features of a table, samples of torch as they are.

    Raises ``ModelError`` for a model of another shape, or one of tables alone.
    """
    if isinstance(samples, Dataset):
        return torch.from_numpy(kind.inputs(samples)).to(device, dtype)
    check_table(kind, samples)
    shape = tuple(samples.rows.shape[1:])
    asked = getattr(kind, "shape", None)
    if asked is not None and tuple(asked) != shape:
        raise ModelError(
            f"shape: got {tuple(asked)}, and the samples of {samples.name} have the shape {shape}; leave it out, since "
            "samples of torch come as they are"
        )
    return samples.rows.to(device, dtype)


def check_table(kind: Model, samples: Samples) -> None:
    """Raises ``ModelError`` for samples of torch where ``kind`` reads standardised features of a table alone."""
    if kind.needs_table and isinstance(samples, TorchSamples):
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
