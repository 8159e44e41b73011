"""Files that are either whole or not there."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def written(path: str | os.PathLike[str], content: str | bytes) -> Path:
    """Write ``content``, text as UTF-8, to ``path`` in one step, and return the path.

    It goes to a temporary file in the same folder, which then takes the place of ``path``: whoever
    interrupts leaves the old file or none, never a part.  A device or a pipe is written to as it is.
    Raises ``OSError``.
    """
    target = Path(path).resolve()
    data = content.encode("utf-8") if isinstance(content, str) else content
    if target.exists() and not target.is_file():
        target.write_bytes(data)
        return target
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    return target
