"""Help texts of commands: what each says of itself, in one shape, in the width of the terminal."""

from __future__ import annotations

import argparse
import re
import shlex
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Never

from symcheck.errors import SymcheckError
from symcheck.render.terminal import columns, has_colour

WIDEST = 100
"""A help text is not wider, however wide the terminal is."""

NARROW = 60
"""In a terminal with fewer columns what an option does stands below its name, and not beside it."""

COMMON_CODES: Mapping[int, str] = MappingProxyType(
    {64: "bad usage", 70: "a bug of symcheck", 130: "interrupted", 141: "nobody reads what is written"}
)
"""Exit codes that every command has; the smaller ones are its own."""


class Group(Enum):
    """What people want to do, in the order in which the help of all commands lists it."""

    CERTIFY = "certify and repair"
    CHOOSE = "choose and compare losses"
    TRAIN = "train with noisy labels"
    CHECK = "check by training, check your code"
    RECORD = "the paper, and certificates in files"
    LOOK_UP = "look up"
    OTHER = "commands of other packages"


@dataclass(frozen=True)
class Example:
    """A command ``line`` as it is typed, what it is ``for``, and the ``code`` with which it exits."""

    line: str
    said: str = ""
    code: int = 0

    @property
    def arguments(self) -> list[str]:
        """The words after ``symcheck``, as a shell would hand them over.

        >>> Example('symcheck certify "logsumexp(z) - z[y]" l2').arguments
        ['certify', 'logsumexp(z) - z[y]', 'l2']
        """
        return shlex.split(self.line)[1:]


@dataclass(frozen=True, kw_only=True)
class Help:
    """What a command says of itself.

    ``summary`` is the line that the list of all commands shows, without a full stop; ``group`` where it stands there;
    ``takes`` the arguments on the line of the usage, "LOSS [REG]"; ``text`` paragraphs with empty lines between;
    ``examples`` at least one; ``exit_codes`` the command's own, to which ``COMMON_CODES`` are added.
    """

    summary: str
    group: Group
    takes: str = ""
    text: str = ""
    examples: tuple[Example, ...]
    exit_codes: Mapping[int, str]

    @property
    def all_codes(self) -> dict[int, str]:
        """The exit codes of the command and those of every command, in their order."""
        return {**self.exit_codes, **COMMON_CODES}


class UsageError(SymcheckError):
    """The command line cannot be understood."""


class CommandParser(argparse.ArgumentParser):
    """The parser of ``symcheck NAME``, whose help is written from ``told``, and whose errors are ``UsageError``."""

    def __init__(self, name: str, told: Help) -> None:
        super().__init__(prog=f"symcheck {name}", allow_abbrev=False, add_help=False)
        self.told = told
        self._positionals.title = "arguments"
        self.add_argument("-h", "--help", action="help", help="show this text")

    def error(self, message: str) -> Never:
        """Raise ``UsageError`` with the usage and where all is said."""
        raise UsageError(f"{message}\n{self.format_usage().strip()}\n{self.prog} --help says more")

    def format_usage(self) -> str:
        """The line of the usage; its options stand in the help below, and not here."""
        line = " ".join(f"usage: {self.prog} {self.told.takes} [OPTION ...]".split())
        return "\n".join(wrapped(line, rest=" " * 7)) + "\n"

    def format_help(self) -> str:
        """The usage, what the command does, arguments and options, examples, exit codes."""
        told = self.told
        parts = [
            self.format_usage(),
            paragraphs(f"{told.summary[:1].upper()}{told.summary[1:]}.\n\n{told.text}"),
            *map(self._options, self._action_groups),
            section("examples", (line for example in told.examples for line in _example_lines(example))),
            section("exit codes", summary_rows({str(code): said for code, said in told.all_codes.items()})),
        ]
        return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"

    def _options(self, group: argparse._ArgumentGroup) -> str:
        formatter = _Formatter(self.prog)
        formatter.start_section(None)
        formatter.add_text(group.description)
        formatter.add_arguments(group._group_actions)
        formatter.end_section()
        written = formatter.format_help().strip("\n")
        return section(group.title or "", written.splitlines()) if written else ""


class _Formatter(argparse.HelpFormatter):
    """Options with what they do beside them, or below them in a narrow terminal; no word is broken."""

    def __init__(self, prog: str) -> None:
        width = text_width()
        super().__init__(prog, max_help_position=6 if width < NARROW else 24, width=width)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(" ".join(text.split()), width, break_long_words=False, break_on_hyphens=False)


def command_parser(name: str, told: Help, arguments: Callable[[argparse.ArgumentParser], object]) -> CommandParser:
    """The parser of ``symcheck name``, with what ``arguments`` adds to it."""
    parser = CommandParser(name, told)
    arguments(parser)
    return parser


def text_width() -> int:
    """The width of a help text or a message: that of the terminal, but at most ``WIDEST``."""
    return min(columns() or WIDEST, WIDEST)


def section(title: str, lines: Iterable[str]) -> str:
    """``lines`` under a heading, which is bold where the terminal can show that."""
    head = f"\x1b[1m{title}:\x1b[0m" if has_colour() else f"{title}:"
    return "\n".join([head, *lines])


def wrapped(text: str, *, first: str = "", rest: str = "") -> list[str]:
    """``text`` in lines of ``text_width``, the first and the others with these indents; no word is broken."""
    return textwrap.wrap(
        text, text_width(), initial_indent=first, subsequent_indent=rest,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def paragraphs(text: str) -> str:
    """The paragraphs of ``text``, wrapped; empty lines stand between them."""
    return "\n\n".join("\n".join(wrapped(" ".join(part.split()))) for part in re.split(r"\n\s*\n", text.strip()))


def summary_rows(rows: Mapping[str, str], width: int = 0) -> list[str]:
    """Names, in a column of ``width`` or wider, with what they are, which stands below them in a narrow terminal."""
    width = max(width, *map(len, rows))
    lines: list[str] = []
    for name, said in rows.items():
        if text_width() - width < NARROW // 2:
            lines += [f"  {name}", *wrapped(said, first=" " * 6, rest=" " * 6)]
        else:
            lines += wrapped(said, first=f"  {name:<{width}}  ", rest=" " * (width + 4))
    return lines


def _example_lines(example: Example) -> Iterator[str]:
    """The command, which goes on after a backslash where the terminal is narrow, and below it what it is for."""
    line, widest = "  ", text_width() - 2
    for word in re.findall(r"""(?:"[^"]*"|'[^']*'|[^\s"'])+""", example.line):
        if line.strip() and len(line) + len(word) > widest:
            yield f"{line}\\"
            line = "    "
        line += f"{word} "
    yield line.rstrip()
    yield from wrapped(example.said, first=" " * 6, rest=" " * 6)
