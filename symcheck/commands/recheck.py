"""``symcheck recheck FILE``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from symcheck.budget import SECONDS
from symcheck.errors import CertificateError, SymcheckError
from symcheck.intake.options import seconds

SUMMARY = "derive a certificate again from its JSON, and say whether all of it holds"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of recheck."""
    parser.add_argument("file", metavar="FILE", help="JSON that certify --json wrote; - is standard input")
    parser.add_argument("--budget", metavar="S", default=f"{SECONDS:g}", help="seconds (default %(default)s)")


def run(options: argparse.Namespace) -> tuple[int, str]:
    """What was found, and 0 if everything holds, 1 if something does not."""
    text = _text(options.file)
    from symcheck.certificates.recheck import changed_versions, recheck, unconfirmed_entries

    budget = seconds(options.budget)
    try:
        derived = recheck(text, budget=budget)
    except CertificateError as error:
        return 1, f"does not hold: {error}\n"
    # What was checked, whatever the pair calls itself: the two formulas, the scope and the verdict.
    lines = [
        f"holds: {derived.headline}",
        f"loss: {derived.loss.text}",
        f"regularizer: {'none' if derived.problem.is_alone else derived.regularizer.text}",
        f"scope: {derived.scope}",
        f"verdict: {derived.verdict.name}",
    ]
    left_out = unconfirmed_entries(derived, budget=budget)
    if left_out:
        lines.append(f"derived in one canonical form only (FLINT's, not SymPy's): {', '.join(left_out)}")
    else:
        lines.append("derivatives at 0 confirmed in two canonical forms, FLINT's and SymPy's")
    lines += [f"version: {line}" for line in changed_versions(text, derived)]
    return 0, "\n".join([*lines, ""])


def _text(file: str) -> str:
    from symcheck.certificates.record_reader import MOST_CHARACTERS

    most = 4 * MOST_CHARACTERS  # a character of UTF-8 has up to four bytes
    try:
        if file == "-":
            content = sys.stdin.buffer.read(most + 1)
        else:
            with Path(file).open("rb") as stream:
                content = stream.read(most + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
        raise SymcheckError(f"FILE: cannot read {file}: {getattr(error, 'strerror', None) or error}") from error
    if len(content) > most:
        raise SymcheckError(f"FILE: {file} has more than {most} bytes; accepted is JSON that certify --json wrote")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise SymcheckError(f"FILE: {file} is not UTF-8 text; accepted is JSON that certify --json wrote") from None
