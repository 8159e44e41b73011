"""How far a command is: one line on standard error, if somebody looks at it."""

from __future__ import annotations

import sys

from symcheck.render.terminal import columns


def progress(text: str) -> None:
    """Write ``text`` over the line before; "" wipes it out.  Nothing where standard error is no terminal, no more than one line where it is."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text[: columns() - 1]}")
        sys.stderr.flush()
