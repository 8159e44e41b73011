"""Memory: how much of it this process holds."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path


def resident() -> int:
    """The bytes that this process holds in memory: now on Linux, at most so far elsewhere; 0 where nobody tells."""
    with suppress(OSError, ValueError, IndexError), Path("/proc/self/statm").open("rb") as file:
        return int(file.read().split()[1]) * int(os.sysconf("SC_PAGE_SIZE"))
    with suppress(ImportError):
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
    return 0
