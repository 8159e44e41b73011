"""The floor of a device: how fast it multiplies matrices, takes exponentials and copies memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from benchmarks.device_clock import event_seconds
from benchmarks.floor import Rates

INNER = 10
"""Kernels between two events, so that starting one is a small part."""


@dataclass(frozen=True)
class DeviceRates:
    """``rates`` of operations a second, and ``bytes`` a second read and written together by a copy."""

    rates: Rates
    bytes: float


def device_rates(device: torch.device, side: int = 4096, length: int = 2**26, repeats: int = 5) -> DeviceRates:
    """The best of ``repeats`` for products of ``side`` x ``side`` matrices and vectors of ``length`` float64."""

    def best(work: Callable[[], object]) -> float:
        def several() -> None:
            for _ in range(INNER):
                work()

        several()
        return min(event_seconds(device, several) for _ in range(repeats)) / INNER

    def product(dtype: torch.dtype) -> float:
        a = torch.rand(side, side, dtype=dtype, device=device)
        out = torch.empty_like(a)
        return 2 * side**3 / best(lambda: torch.mm(a, a, out=out))

    x = torch.rand(length, dtype=torch.float64, device=device)
    out = torch.empty_like(x)
    exp = length / best(lambda: torch.exp(x, out=out))
    copied = 2 * x.nbytes / best(lambda: out.copy_(x))
    return DeviceRates(Rates(product(torch.float64), product(torch.float32), exp), copied)
