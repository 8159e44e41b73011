"""Error messages as a terminal shows them: in its width, with colour where it has that."""

from __future__ import annotations

import os
import re
import sys
import textwrap

from symcheck.render.terminal import columns, has_colour
from symcheck.render.text import NARROWEST

WIDEST = 120
"""Prose is not wider, however wide the terminal is."""


def error_text(message: str) -> str:
    """``message`` for standard error, after ``symcheck:``, which is red where that can be shown.

    Its lines are wrapped at the width of the terminal; where nobody set a width and standard error is no terminal,
    they stay as they are, so that a program finds a message on its line.
    """
    lines = f"symcheck: {message}".splitlines()
    width = _width()
    if width is not None:
        lines = [part for line in lines for part in _wrapped(line, min(width, WIDEST))]
    text = "\n".join(lines)
    return re.sub(r"^symcheck:", "\x1b[1;31msymcheck:\x1b[0m", text) if has_colour(sys.stderr) else text


def _width() -> int | None:
    if os.environ.get("COLUMNS"):
        return columns()
    try:
        found = os.get_terminal_size(sys.stderr.fileno()).columns
        return max(found, NARROWEST) if found else None
    except (OSError, ValueError, AttributeError):  # no terminal
        return None


def _wrapped(line: str, width: int) -> list[str]:
    # A line that fits stays as it is: a mark may stand under what it is about.
    if len(line) <= width:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(
        line.strip(), width, initial_indent=indent, subsequent_indent=indent, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
