"""``symcheck certify LOSS REG``."""

from __future__ import annotations

import argparse
import sys
from contextlib import redirect_stdout
from pathlib import Path

from symcheck.budget import SECONDS
from symcheck.errors import SymcheckError
from symcheck.files import written
from symcheck.intake.options import classes_of, seconds
from symcheck.intake.pair import pair_arguments, pair_of

SUMMARY = "decide what holds for a loss with an output regularizer"

_FORMS = {".json": "json", ".md": "markdown", ".tex": "latex"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of certify."""
    pair_arguments(parser)
    parser.add_argument("--classes", metavar="C", help="a number of classes, 10, or a range, 2:1000 (default: all)")
    parser.add_argument("--budget", metavar="S", default=f"{SECONDS:g}", help="seconds (default %(default)s)")
    parser.add_argument("--full", action="store_true", help="every property and every theorem, which takes longer")
    parser.add_argument(
        "--theorem", metavar="NAME",
        help='whether one theorem applies, "Theorem 3": 0 it does, 1 a premise is refuted, 2 one is undecided',
    )  # fmt: skip
    form = parser.add_mutually_exclusive_group()
    for name in ("json", "markdown", "latex"):
        form.add_argument(f"--{name}", dest="form", action="store_const", const=name, help=f"write {name}")
    parser.add_argument("--out", metavar="FILE", help="write to FILE; .json, .md and .tex choose the form")


def run(options: argparse.Namespace) -> tuple[int, str]:
    """The certificate as text, and 0, 1 or 2 for PROVED, REFUTED or UNDECIDED; with --theorem, of the theorem."""
    from symcheck.certificates.certify import certify
    from symcheck.findings.verdict import Verdict

    loss, regularizer = pair_of(options, "certify")
    # A misspelled name is told now, and not after the certificate has taken its seconds.
    theorem = None if options.theorem is None else _theorem(options)
    classes, budget = classes_of(options.classes), seconds(options.budget)
    with redirect_stdout(sys.stderr):  # what code in a file prints is no part of the answer
        certificate = certify(loss, regularizer, classes=classes, budget=budget)
    codes = {Verdict.PROVED: 0, Verdict.REFUTED: 1, Verdict.UNDECIDED: 2}
    if theorem is not None:
        applied = certificate.theorem(theorem)
        return codes[applied.verdict], f"{applied}\n"
    code = codes[certificate.verdict]
    writers = {
        None: certificate.to_text,
        "json": certificate.to_json,
        "markdown": certificate.to_markdown,
        "latex": certificate.to_latex,
    }
    path = None if options.out is None else Path(options.out)
    by_name = None if path is None else _FORMS.get(path.suffix.lower())
    # An option wins over the name of the file.
    text = writers[options.form or by_name](full=options.full).rstrip("\n") + "\n"
    if path is None:
        return code, text
    try:
        written(path, text)
    except OSError as error:
        raise SymcheckError(f"--out: cannot write {options.out}: {error.strerror or error}") from error
    return code, f"{certificate.headline}\nwritten to {options.out}\n"


def _theorem(options: argparse.Namespace) -> str:
    """The name of the theorem that is asked for; raises ``SymcheckError`` for options that do not go with it."""
    from symcheck.theorems import theorem_named

    for name, value in (("--full", options.full), ("--out", options.out), (f"--{options.form}", options.form)):
        if value:
            raise SymcheckError(
                f"{name}: got it together with --theorem, whose answer is text; leave one of them out "
                "(--full has every theorem)"
            )
    return theorem_named(options.theorem).name
