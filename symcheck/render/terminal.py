"""What the terminal has: how wide it is, and whether it shows colours."""

from __future__ import annotations

import os
import re
import sys
from typing import TextIO

from symcheck.render.text import NARROWEST


def columns() -> int | None:
    """The width for text: that in COLUMNS, else that of the terminal on standard output; None for a file or a pipe."""
    named = os.environ.get("COLUMNS", "")
    if re.fullmatch(r"[1-9]\d{0,3}", named):
        return max(int(named), NARROWEST)
    try:
        found = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError, AttributeError):  # no terminal, or what a test or a notebook put there
        return None
    return max(found, NARROWEST) if found else None


def has_colour(stream: TextIO | None = None) -> bool:
    """Whether ``stream``, by default standard output, shows colours: a terminal that is not dumb.

    NO_COLOR says no (https://no-color.org), FORCE_COLOR yes, and NO_COLOR wins.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    found = sys.stdout if stream is None else stream
    try:
        return found.isatty() and os.environ.get("TERM") != "dumb"
    except (AttributeError, ValueError):  # closed, or nothing that is a stream
        return False
