"""Cells that need packages which are not installed: they say which, and the notebook goes on.

Such a cell begins with the line ``# needs symcheck[numerics]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symcheck.arguments.packages import EXTRAS, installing, missing_of
from symcheck.errors import ArgumentError, did_you_mean
from symcheck.render.block import Block, Code, Paragraph
from symcheck.render.page import Page

_NEEDS = re.compile(r"#\s*needs\s+symcheck\[([\w,\s-]+)\]\s*$")


@dataclass(frozen=True)
class LeftOut(Page):
    """What stands in the place of a cell that did not run: the ``missing`` packages, and the ``extra`` with them."""

    extra: str
    missing: tuple[str, ...]

    def blocks(self) -> Iterator[Block]:
        """One paragraph."""
        *most, last = self.missing
        names = f"{', '.join(most)} and {last}" if most else last
        yield Paragraph((f"Left out, because it needs {names}: ", Code(installing(self.extra)), ", then run it again."))


def begin() -> None:
    """Look at every cell that follows: one that needs packages which are missing is left out, and says so.

    Such a cell begins with the line ``# needs symcheck[numerics]``, or another extra.  Outside of IPython nothing
    happens, and a cell that needs what is missing raises.
    """
    try:
        from IPython import get_ipython
    except ModuleNotFoundError:
        return
    shell = get_ipython()
    if shell is not None and lines_that_run not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(lines_that_run)


def lines_that_run(lines: list[str]) -> list[str]:
    """The ``lines`` of a cell, or a line that shows a ``LeftOut`` in their place."""
    extra = missing_extra("".join(lines))
    if extra is None:
        return lines
    return [f"__import__('symcheck.notebook').notebook.left_out({extra!r})\n"]


def missing_extra(source: str) -> str | None:
    """The first extra that the cell ``source`` says it needs and that is not wholly installed; None if there is none.

    >>> missing_extra("1 + 1") is None
    True
    """
    first = next((line for line in source.splitlines() if line.strip()), "")
    said = _NEEDS.match(first.strip())
    names = [] if said is None else [name.strip() for name in said[1].split(",")]
    return next((name for name in names if missing_of(_known(name))), None)


def left_out(extra: str) -> LeftOut:
    """What to show in the place of a cell that needs ``extra``; raises ``ArgumentError`` if there is no such extra."""
    return LeftOut(extra, missing_of(_known(extra)))


def _known(extra: str) -> str:
    if extra not in EXTRAS:
        raise ArgumentError(
            f"extra: {extra!r} is not one that a cell can need; these are {', '.join(EXTRAS)}"
            f"{did_you_mean(extra, EXTRAS)}"
        )
    return extra
