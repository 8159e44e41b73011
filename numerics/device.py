"""Devices: where the tensors live."""

from __future__ import annotations

import torch

from numerics.errors import DeviceError
from symcheck.errors import shown


def checked_device(name: str | torch.device) -> torch.device:
    """The device called ``name``, if torch knows it, this machine has it and it computes in float64."""
    try:
        device = torch.device(name)
    except (RuntimeError, TypeError, ValueError):
        raise DeviceError(
            f"device: got {shown(str(name), 80)}, which torch does not know; accepted here: {_here()}"
        ) from None
    count = {"cpu": 1, "cuda": torch.cuda.device_count()}.get(device.type, 0)
    if (device.index or 0) >= count:
        raise DeviceError(
            f"device: got {shown(str(name), 80)}, which this machine does not have or torch cannot compute on in "
            "float64; "
            f"accepted here: {_here()}"
        )
    return device


def _here() -> str:
    return ", ".join(["cpu", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))])
