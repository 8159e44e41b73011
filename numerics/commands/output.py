"""--out of a command: a file with the page, or a folder with report, record and figures."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from symcheck.errors import OutputError, shortened, shown
from symcheck.intake.completed_names import Named, completes
from symcheck.render.block import Block, Part
from symcheck.render.page import Page
from symcheck.render.saved import FORMS, checked_path, saved
from symcheck.render.terminal import columns, has_colour

REPORT, COMMAND = "report.md", "command.txt"
"""Files of every folder of results: what is read, and the command that wrote it."""

ENDINGS = (*FORMS, ".json")
"""The endings of files."""

_ANY_ENDING = re.compile(r"\.[A-Za-z]{2,5}")
Files = Callable[[], Mapping[str, str | bytes]]


def out_arguments(parser: argparse.ArgumentParser, holds: str = "") -> None:
    """--out and --force, as ``output_of`` reads them; ``holds``: what a folder gets, nothing if there is none."""
    file = "write the page to a file, whose ending says how: .txt, .md, .html, .tex, .pdf (printed by a browser), .json"
    if holds:
        out = parser.add_argument(
            "--out", metavar="PATH", help=f"write {holds} into the folder PATH, or {file.removeprefix('write ')}"
        )
        completes(out, Named.FOLDER, Named.FILE)
        force = "replace a file, or what another command wrote into the folder"
    else:
        completes(parser.add_argument("--out", metavar="FILE", help=file), Named.FILE)
        force = "replace FILE if it exists already"
    parser.add_argument("--force", action="store_true", help=force)
    parser.set_defaults(holds=holds)


@dataclass(frozen=True)
class Output:
    """Where results go beside the terminal: a ``file`` with the page, a ``folder``, or neither.

    ``holds`` is what a folder gets, and ``command`` what was typed, without where it goes.
    """

    file: Path | None = None
    folder: Path | None = None
    holds: str = ""
    command: str = ""

    def make(self) -> None:
        """Make the folder, before anything is trained; raises ``ConfirmationError`` where that cannot be done."""
        if self.folder is not None:
            from numerics.folders import made_folder

            made_folder(self.folder)

    def write(self, page: Page, record: Callable[[], str], files: Files) -> str:
        """Write the ``page``, or the ``files`` of a folder; returns where, "" if nothing was asked for.

        ``record`` is the JSON of the page.  Raises ``OutputError`` and ``ConfirmationError`` where the disk refuses.
        """
        if self.file is not None:
            saved(self.file, page.blocks, lambda: record().rstrip("\n") + "\n")
            return f"written to {self.file}"
        if self.folder is None:
            return ""
        from numerics.folders import made_folder, written_files

        folder = made_folder(self.folder)
        # First, so that the same command may go on where it was stopped.
        written_files({COMMAND: f"{self.command}\n"}, folder)
        written_files(files(), folder)
        return f"{self.holds}: {self.folder}"


def output_of(given: argparse.Namespace) -> Output:
    """What --out and --force ask for, looked at before any work is done.

    Raises ``OutputError`` for an ending that is unknown, a file that exists, or a folder that another command filled,
    unless --force is given.
    """
    text: str | None = given.out
    if text is None:
        if given.force:
            raise OutputError("--force: got it without --out; it replaces what --out names")
        return Output()
    path = Path(text)
    ending = path.suffix.lower()
    if not given.holds or (ending in ENDINGS and not path.is_dir()):
        return Output(file=checked_path(text, overwrite=given.force, has_json=True, argument="--out"))
    if _ANY_ENDING.fullmatch(ending) and not path.is_dir() and not text.endswith(("/", "\\")):
        raise OutputError(
            f"--out: got {shown(text, 80)}, whose ending is {path.suffix}; accepted are {', '.join(ENDINGS)} for a "
            f"file, and a folder, which may be written as {path.name}/"
        )
    if path.is_file():
        raise OutputError(f"--out: {text} is a file; name a folder, or a file that ends with {', '.join(ENDINGS)}")
    _refuse_other_run(path, given.command_line, force=given.force)
    return Output(folder=path, holds=given.holds, command=given.command_line)


def _refuse_other_run(folder: Path, command: str, *, force: bool) -> None:
    if force or not ((folder / REPORT).exists() or (folder / COMMAND).exists()):
        return
    try:
        before = (folder / COMMAND).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        before = ""
    if before != command:
        by = f"the command {shortened(before, 200)}" if before else "something else"
        raise OutputError(
            f"--out: the folder {folder} holds the report of another run, of {by}; nothing was written; add --force to "
            "replace it, or name another folder"
        )


def without_output(argv: Sequence[str]) -> list[str]:
    """The words of a command without those that say where its results go.

    >>> without_output(["gce", "l2", "--out", "results", "--force", "--rho=0.3"])
    ['gce', 'l2', '--rho=0.3']
    """
    found: list[str] = []
    skip = False
    for word in argv:
        if skip or word == "--force" or word.startswith("--out="):
            skip = False
        elif word == "--out":
            skip = True
        else:
            found.append(word)
    return found


class Shown(Protocol):
    """What a page has in common with a result."""

    def blocks(self) -> Iterable[Block]:
        """What it says."""
        ...

    def to_text(self, *, columns: int | None = None, colour: bool = False) -> str:
        """It as plain text."""
        ...

    def to_markdown(self) -> str:
        """It in Markdown."""
        ...


@dataclass(frozen=True)
class Joined(Page):
    """The page ``first``, and below it those of ``more`` by their names."""

    first: Shown
    more: Mapping[str, Shown]

    def blocks(self) -> Iterable[Block]:
        """The blocks of the first page, and each other page as a part."""
        yield from self.first.blocks()
        for name, page in self.more.items():
            yield Part(name, tuple(page.blocks()))

    def to_text(self, *, columns: int | None = None, colour: bool = False) -> str:
        """The pages as plain text, one below the other."""
        return "\n\n".join(page.to_text(columns=columns, colour=colour).rstrip() for page in self._pages())

    def to_markdown(self) -> str:
        """The pages in Markdown, one below the other."""
        return "\n\n".join(page.to_markdown().rstrip() for page in self._pages())

    def _pages(self) -> Iterator[Shown]:
        yield self.first
        yield from self.more.values()


def answer(page: Page, given: argparse.Namespace, out: Output, record: Callable[[], str], files: Files = dict) -> None:
    """Print the ``page`` in the form that is asked for and the width of the terminal, and write what ``out`` says."""
    told = out.write(page, record, files)
    if given.json:
        print(record().rstrip("\n"))
        return
    if getattr(given, "markdown", False):
        print(page.to_markdown())
    else:
        print(page.to_text(columns=columns(), colour=has_colour()).rstrip("\n"))
    if told:
        print(f"\n{told}")
