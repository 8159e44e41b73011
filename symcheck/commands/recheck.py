"""``symcheck recheck FILE``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from symcheck.budget import SECONDS
from symcheck.commands.certify import seconds
from symcheck.errors import CertificateError, SymcheckError

SUMMARY = "derive a certificate again from its JSON, and say whether all of it holds"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of recheck."""
    parser.add_argument("file", metavar="FILE", help="JSON that certify --json wrote; - is standard input")
    parser.add_argument("--budget", metavar="S", default=f"{SECONDS:g}", help="seconds (default %(default)s)")


def run(options: argparse.Namespace) -> tuple[int, str]:
    """What was found, and 0 if everything holds, 1 if something does not."""
    text = _text(options.file)
    from symcheck.rechecking import changed_versions, recheck, unconfirmed_entries
    from symcheck.render.text import text_headline

    budget = seconds(options.budget)
    try:
        derived = recheck(text, budget=budget)
    except CertificateError as error:
        return 1, f"does not hold: {error}\n"
    lines = [f"holds: {text_headline(derived)}"]
    left_out = unconfirmed_entries(derived, budget=budget)
    if left_out:
        lines.append(f"derived in one canonical form only (FLINT's, not SymPy's): {', '.join(left_out)}")
    else:
        lines.append("derivatives at 0 confirmed in two canonical forms, FLINT's and SymPy's")
    lines += [f"version: {line}" for line in changed_versions(text, derived)]
    return 0, "\n".join([*lines, ""])


def _text(file: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise SymcheckError(f"FILE: cannot read {file}: {error.strerror or error}") from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise SymcheckError(f"FILE: {file} is not UTF-8 text; accepted is JSON that certify --json wrote") from None
