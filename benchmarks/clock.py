"""Time and memory of a process: processor seconds, and the most memory that was resident."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Processor seconds of this process, which other processes do not stretch, and what ``work`` returns."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def peak_memory() -> float:
    """The most memory, in MB, that this process has held so far."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (2**20 if sys.platform == "darwin" else 2**10)


def best_of(work: Callable[[], object], repeat: int = 5) -> float:
    """The least seconds of ``repeat`` runs, after one to warm up."""
    work()
    return min(timed(work)[0] for _ in range(repeat))
