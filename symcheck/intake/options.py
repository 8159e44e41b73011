"""What commands share: options for classes, time and the form of a page, and the exit codes."""

from __future__ import annotations

import argparse
import math
import re
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TextIO

from symcheck.budget import SECONDS
from symcheck.errors import OutputError, ScopeError, SymcheckError
from symcheck.findings.verdict import Verdict
from symcheck.render.page import Page
from symcheck.render.saved import checked_path

CODES = {Verdict.PROVED: 0, Verdict.REFUTED: 1, Verdict.UNDECIDED: 2}
"""What a command exits with for a verdict."""

LONGEST_FILE = 8_000_000
"""A file with more bytes is no certificate: a character of UTF-8 has up to four."""


def classes_of(text: str | None) -> int | tuple[int, int] | None:
    """The value of --classes: None, one C, or two ends; raises ``ScopeError`` for anything else."""
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,18}(:\d{1,18})?", text):
        raise ScopeError(f"--classes: got {text!r}; accepted is an integer C >= 2, as 10, or a range, as 2:1000")
    low, _, high = text.partition(":")
    return (int(low), int(high)) if high else int(low)


def range_arguments(parser: argparse.ArgumentParser) -> None:
    """The options for the numbers of classes and the time, as ``classes_of`` and ``seconds`` read them."""
    parser.add_argument("--classes", metavar="C", help="a number of classes, 10, or a range, 2:1000 (default: all)")
    parser.add_argument("--budget", metavar="S", default=f"{SECONDS:g}", help="seconds (default %(default)s)")


def form_arguments(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """The options for the form of a page, as ``in_form`` reads them; one of them at most."""
    form = parser.add_mutually_exclusive_group()
    for name in ("markdown", "latex"):
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name, help=f"write {name}")
    return form


def in_form(page: Page, options: argparse.Namespace) -> str:
    """The page in the form that is asked for, with a line feed at its end."""
    written = {None: page.to_text, "markdown": page.to_markdown, "latex": page.to_latex}
    return written[options.form]().rstrip("\n") + "\n"


def out_argument(parser: argparse.ArgumentParser) -> None:
    """--out FILE and --force, as ``out_path`` and ``saved_text`` read them."""
    parser.add_argument(
        "--out", metavar="FILE",
        help="write to FILE, whose ending says how: .txt, .md, .html, .tex, .pdf (printed by a browser), or .json",
    )  # fmt: skip
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists already")


def out_path(options: argparse.Namespace, *, has_json: bool = True) -> Path | None:
    """Where --out says to write, None without it; raises ``OutputError`` before any work is done."""
    if options.out is None:
        if options.force:
            raise OutputError("--force: got it without --out; it replaces the file that --out names")
        return None
    return checked_path(options.out, overwrite=options.force, has_json=has_json, argument="--out")


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
        raise ScopeError(f"--budget: got {text!r}; accepted is a positive number of seconds, such as 10")
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
