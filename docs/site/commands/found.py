"""The commands of the command line, of this package and of others."""

from __future__ import annotations

import os
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from io import StringIO
from types import ModuleType

from symcheck import commands
from symcheck.cli import main
from symcheck.commands import GROUP

WIDTH = 88
"""Columns of a help text on a page."""


@dataclass(frozen=True)
class Command:
    """A command by the ``name`` that is typed, and the ``module`` that says what it does."""

    name: str
    module: ModuleType

    @property
    def help(self) -> str:
        """What ``symcheck NAME --help`` prints."""
        written, before = StringIO(), os.environ.get("COLUMNS")
        os.environ["COLUMNS"] = str(WIDTH)
        try:
            with redirect_stdout(written):
                main([self.name, "--help"])
        finally:
            if before is None:
                del os.environ["COLUMNS"]
            else:
                os.environ["COLUMNS"] = before
        return written.getvalue()


def all_commands() -> tuple[Command, ...]:
    """Every command, in the order of their names."""
    found = [Command(name.replace("_", "-"), commands.FILES.module(name)) for name in commands.FILES.names]
    taken = {command.name for command in found}
    found += [Command(p.name, import_module(p.module)) for p in entry_points(group=GROUP) if p.name not in taken]
    return tuple(sorted(found, key=lambda command: command.name))
