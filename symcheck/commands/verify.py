"""``symcheck verify FILE``."""

from __future__ import annotations

import argparse

from symcheck.commands.recheck import Refused
from symcheck.errors import CertificateError
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.completed_names import Named, completes
from symcheck.intake.options import answered, file_text, form_arguments, out_path

HELP = Help(
    summary="check the proofs in a certificate's JSON, without SymPy and FLINT",
    group=Group.RECORD,
    takes="FILE",
    text="By a checker that imports the standard library alone, and that is short enough to be read.",
    examples=(
        Example("symcheck certify gce l2 --out gce.json", "writes a certificate"),
        Example("symcheck verify gce.json", "checks its proofs"),
    ),
    exit_codes={0: "the verdict is verified", 1: "it is not", 2: "the file has no certificate"},
)

VERIFIED, NOT_VERIFIED, NO_CERTIFICATE = 0, 1, 2
"""What it exits with."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of verify."""
    file = parser.add_argument("file", metavar="FILE", help="JSON that certify --json wrote; - is standard input")
    completes(file, Named.FILE)
    form_arguments(parser)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """What was verified, and 0 if the verdict was as a whole, 1 if it was not, 2 if the file has no certificate."""
    out = out_path(options)
    text = file_text(options.file)
    from symcheck.proof.verify import verify

    try:
        found = verify(text)
    except CertificateError as error:
        from symcheck.certificates.written_again import of_another_version

        return NO_CERTIFICATE, answered(Refused(f"no certificate: {error}", of_another_version(text)), options, out)
    return VERIFIED if found.verified else NOT_VERIFIED, answered(found, options, out)
