"""Seconds on a device: all that was asked for is done before the clock is read."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import torch

T = TypeVar("T")


@dataclass(frozen=True)
class Range:
    """The least and the most seconds of several runs."""

    least: float
    most: float


def seconds_on(device: torch.device, work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of ``work`` by the clock on the wall, and what it returns."""
    waited(device)
    start = time.perf_counter()
    found = work()
    waited(device)
    return time.perf_counter() - start, found


def range_on(device: torch.device, work: Callable[[], object], repeats: int = 5) -> Range:
    """Seconds of ``repeats`` runs after one to warm up.

    Raises ``ValueError`` if ``repeats`` is below 1.
    """
    if repeats < 1:
        raise ValueError(f"repeats: got {repeats}; accepted are integers >= 1")
    work()
    spent = [seconds_on(device, work)[0] for _ in range(repeats)]
    return Range(min(spent), max(spent))


def event_seconds(device: torch.device, work: Callable[[], object]) -> float:
    """Seconds between two events in the stream, which leave out what the host does before; a wall clock on a CPU."""
    if device.type != "cuda":
        return seconds_on(device, work)[0]
    first, last = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    waited(device)
    first.record()
    work()
    last.record()
    waited(device)
    return float(first.elapsed_time(last)) / 1e3


def waited(device: torch.device) -> None:
    """Wait until the device has done what it was asked."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
