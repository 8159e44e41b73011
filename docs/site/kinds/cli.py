"""The command line: a page a command, and a table of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from docs.site.commands.command_page import command_page, group, summary
from docs.site.commands.found import Command, all_commands
from docs.site.entries.markdown import table
from docs.site.page import SitePage, Source


def sources(_checkout: Path, _workers: int) -> Iterator[Source]:
    """``cli/index.md`` and ``cli/COMMAND.md``."""
    found = all_commands()
    order = list(dict.fromkeys(map(group, found)))
    listed = sorted(found, key=lambda command: order.index(group(command)))
    said = "`symcheck COMMAND --help` shows the same; [On the command line](../commands.md) is the short way in."
    parts = ["# Every command", said]
    for title, those in groupby(listed, group):
        parts += [f"## {title[0].upper()}{title[1:]}"] if title else []
        parts.append(table(["command", "what it does"], map(_row, those)))
    names = "\n".join(command.name for command in listed)
    parts.append(f"```{{toctree}}\n:hidden:\n\n{names}\n```")
    yield SitePage("cli/index.md", "\n\n".join(parts) + "\n")
    for command in found:
        yield SitePage(f"cli/{command.name}.md", command_page(command))


def _row(command: Command) -> list[str]:
    return [f"[`symcheck {command.name}`]({command.name}.md)", summary(command)]
