"""What commands share: options for classes, time and the form of a page, and the exit codes."""

from __future__ import annotations

import argparse
import math
import re
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Protocol, TextIO, cast

from symcheck.budget import SECONDS
from symcheck.errors import OutputError, ScopeError, SymcheckError, shown
from symcheck.files import written
from symcheck.findings.verdict import Verdict
from symcheck.intake.completed_names import Named, completes
from symcheck.render.block import Section, Title
from symcheck.render.page import Page
from symcheck.render.saved import checked_path, saved
from symcheck.render.terminal import columns, has_colour
from symcheck.render.text import text_line

CODES = {Verdict.PROVED: 0, Verdict.REFUTED: 1, Verdict.UNDECIDED: 2}
"""What a command exits with for a verdict."""

LONGEST_FILE = 8_000_000
"""A file with more bytes is no certificate: a character of UTF-8 has up to four."""


def classes_of(text: str | None) -> int | tuple[int, int] | None:
    """The value of --classes: None, one C, or two ends; raises ``ScopeError`` for anything else."""
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,18}(:\d{1,18})?", text):
        raise ScopeError(
            f"--classes: got {shown(text, 80)}; accepted is an integer C >= 2, as 10, or a range, as 2:1000"
        )
    low, _, high = text.partition(":")
    return (int(low), int(high)) if high else int(low)


def range_arguments(parser: argparse.ArgumentParser) -> None:
    """The options for the numbers of classes and the time, as ``classes_of`` and ``seconds`` read them."""
    parser.add_argument("--classes", metavar="C", help="a number of classes, 10, or a range, 2:1000 (default: all)")
    parser.add_argument("--budget", metavar="S", default=f"{SECONDS:g}", help="seconds (default %(default)s)")


def form_arguments(parser: argparse.ArgumentParser, *, json: bool = False) -> argparse._MutuallyExclusiveGroup:
    """The options for the form of a page and for a file with it, as ``answered`` reads them."""
    form = parser.add_mutually_exclusive_group()
    for name in ("json", "markdown", "latex") if json else ("markdown", "latex"):
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name, help=f"write {name}")
    out_argument(parser)
    return form


def out_argument(parser: argparse.ArgumentParser) -> None:
    """--out FILE and --force, as ``out_path`` reads them."""
    out = parser.add_argument(
        "--out", metavar="FILE",
        help="write to FILE, whose ending says how: .txt, .md, .html, .tex, .pdf (printed by a browser), or .json of "
        "what has that form",
    )  # fmt: skip
    completes(out, Named.FILE)
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists already")


def out_path(options: argparse.Namespace, *, has_json: bool = False) -> Path | None:
    """Where --out says to write, None without it; raises ``OutputError``: to be asked before any work is done."""
    if options.out is None:
        if options.force:
            raise OutputError("--force: got it without --out; it replaces the file that --out names")
        return None
    out = checked_path(options.out, overwrite=options.force, has_json=has_json, argument="--out")
    form = getattr(options, "form", None)
    # A text file may hold any of them.
    if form is not None and out.suffix.lower() not in (".txt", _ENDINGS[form]):
        raise OutputError(
            f"--{form}: got it together with --out {options.out}, whose ending is {out.suffix}; leave --{form} out, or "
            f"end the name in {_ENDINGS[form]}"
        )
    return out


_ENDINGS = {"json": ".json", "markdown": ".md", "latex": ".tex"}


def answered(page: Page, options: argparse.Namespace, out: Path | None) -> str:
    """What the command prints: the page in the form that is asked for, or what was written to ``out``.

    With ``--latex``, a file is the fragment that is printed without ``out``, and else a whole document.
    """
    if out is None:
        return in_form(page, options)
    # What a page writes as Markdown may be more than its blocks.
    form = options.form or {".md": "markdown", ".json": "json"}.get(out.suffix.lower())
    if form is None:
        saved(out, page.blocks)
        return _told(page, options)
    return printed(in_form(page, argparse.Namespace(form=form)), page, options, out)


def printed(text: str, page: Page, options: argparse.Namespace, out: Path | None) -> str:
    """``text``, or what is said when it was written to ``out``: the headline of ``page``, and where the text is."""
    if out is None:
        return text
    try:
        written(out, text)
    except OSError as error:
        raise OutputError(f"--out: cannot write {out}: {error.strerror or error}") from error
    return _told(page, options)


def _told(page: Page, options: argparse.Namespace) -> str:
    return "\n".join(part for part in (headline(page), f"written to {options.out}") if part) + "\n"


def in_form(page: Page, options: argparse.Namespace) -> str:
    """The page in the form that is asked for, with a line feed at its end."""
    if options.form is None:
        text = page.to_text(columns=columns(), colour=has_colour())
    elif options.form == "json":
        text = cast(HasJson, page).to_json()
    else:
        text = page.to_markdown() if options.form == "markdown" else page.to_latex()
    return text.rstrip("\n") + "\n"


def headline(page: Page) -> str:
    """The first line of a page, however long it is; "" for a table."""
    first = next(iter(page.blocks()))
    return first.text if isinstance(first, Section) else text_line(first.line) if isinstance(first, Title) else ""


class HasJson(Protocol):
    """A page that has a form for programs."""

    def to_json(self) -> str:
        """It as JSON."""
        ...


def prints_aside() -> redirect_stdout[TextIO]:
    """What code in a file prints is no part of the answer: it goes where errors go."""
    return redirect_stdout(sys.stderr)


def seconds(text: str) -> float:
    """The value of --budget; raises ``ScopeError`` unless it is a positive number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise ScopeError(f"--budget: got {shown(text, 80)}; accepted is a positive number of seconds, such as 10")
    return value


def file_text(file: str) -> str:
    """The text of a certificate's ``file``, of standard input for "-"; raises ``SymcheckError`` for what is no text."""
    try:
        if file == "-":
            content = sys.stdin.buffer.read(LONGEST_FILE + 1)
        else:
            with Path(file).open("rb") as stream:
                content = stream.read(LONGEST_FILE + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
        raise SymcheckError(f"FILE: cannot read {file}: {getattr(error, 'strerror', None) or error}") from error
    accepted = "accepted is JSON that certify --json wrote"
    if len(content) > LONGEST_FILE:
        raise SymcheckError(f"FILE: {file} has more than {LONGEST_FILE} bytes; {accepted}")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise SymcheckError(f"FILE: {file} is not UTF-8 text; {accepted}") from None
