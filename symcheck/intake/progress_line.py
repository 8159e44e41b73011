"""How far a command is: one line on standard error, if somebody looks at it."""

from __future__ import annotations

import sys

from symcheck.render.terminal import columns
from symcheck.render.text import COLUMNS


def progress(text: str) -> None:
    """Write ``text``, at most one line of it, over the line before; "" wipes it out.

    Nothing is written where standard error is no terminal.
    """
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text[: (columns() or COLUMNS) - 1]}")
        sys.stderr.flush()
