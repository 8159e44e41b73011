"""How much memory there is for an array that is about to be made."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

MEMINFO = Path("/proc/meminfo")
"""Where Linux says how much memory is free."""
LIMIT = Path("/sys/fs/cgroup/memory.max")
"""Where a container says how much its programs may take; "max" is no bound."""


def free_memory() -> int | None:
    """Bytes that are free, of memory that a container bounds at most so many as it may take; None where unknown."""
    found = [size for size in (_free(), _limit()) if size is not None]
    return min(found) if found else None


def gigabytes(size: float) -> str:
    """A number of bytes in words.

    >>> gigabytes(80_000_000_000), gigabytes(1500)
    ('80 GB', '1.5 kB')
    """
    for power, unit in ((12, "TB"), (9, "GB"), (6, "MB"), (3, "kB")):
        if size >= 10**power:
            return f"{size / 10**power:.3g} {unit}"
    return f"{size:g} bytes"


def _free() -> int | None:
    with suppress(OSError):
        found = re.search(r"^MemAvailable:\s*(\d+) kB", MEMINFO.read_text(), re.MULTILINE)
        if found:
            return int(found[1]) * 1024
    with suppress(OSError, ValueError, AttributeError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _limit() -> int | None:
    with suppress(OSError, ValueError):
        return int(LIMIT.read_text())
    return None
