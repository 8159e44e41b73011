"""``symcheck verify FILE``."""

from __future__ import annotations

import argparse

from symcheck.errors import CertificateError
from symcheck.intake.options import file_text, form_arguments, in_form

SUMMARY = "check the proofs in a certificate's JSON, without SymPy and FLINT"

VERIFIED, NOT_VERIFIED, NO_CERTIFICATE = 0, 1, 2
"""What it exits with."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of verify."""
    parser.add_argument("file", metavar="FILE", help="JSON that certify --json wrote; - is standard input")
    form_arguments(parser)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """What was verified, and 0 if the verdict was as a whole, 1 if it was not, 2 if the file has no certificate."""
    text = file_text(options.file)
    from symcheck.proof.verify import verify

    try:
        found = verify(text)
    except CertificateError as error:
        return NO_CERTIFICATE, f"no certificate: {error}\n"
    return VERIFIED if found.verified else NOT_VERIFIED, in_form(found, options)
