"""``symcheck recheck FILE``."""

from __future__ import annotations

import argparse
import json

from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.completed_names import Named, completes
from symcheck.budget import SECONDS
from symcheck.errors import CertificateError
from symcheck.intake.options import file_text, seconds

HELP = Help(
    summary="derive a certificate again from its JSON, and say whether all of it holds",
    group=Group.RECORD,
    takes="FILE",
    text="Needs nothing but the file: the formulas stand in it.  symcheck verify checks the proofs without deriving again.",
    examples=(
        Example("symcheck certify gce l2 --out gce.json", "writes a certificate"),
        Example("symcheck recheck gce.json", "derives it again"),
    ),
    exit_codes={0: "everything in it holds", 1: "something does not"},
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of recheck."""
    file = parser.add_argument("file", metavar="FILE", help="JSON that certify --json wrote; - is standard input")
    completes(file, Named.FILE)
    parser.add_argument("--budget", metavar="S", default=f"{SECONDS:g}", help="seconds (default %(default)s)")


def run(options: argparse.Namespace) -> tuple[int, str]:
    """What was found, and 0 if everything holds, 1 if something does not."""
    text = file_text(options.file)
    from symcheck.certificates.preferences.value import PreferenceCertificate
    from symcheck.certificates.recheck import changed_versions, unconfirmed_entries
    from symcheck.certificates.recheck_json import recheck

    budget = seconds(options.budget)
    try:
        found = recheck(text, budget=budget)
    except CertificateError as error:
        return 1, f"does not hold: {error}\n"
    preference: list[str] = []
    if isinstance(found, PreferenceCertificate):
        derived, preference = found.certificate, [f"preference: {found.preference.text}"]
        text = json.dumps(json.loads(text)["certificate"])
    else:
        derived = found
    # What was checked, whatever the pair calls itself: the two formulas, the scope and the verdict.
    lines = [
        f"holds: {found.headline}",
        *preference,
        f"loss: {derived.loss.text}",
        f"regularizer: {'none' if derived.problem.is_alone else derived.regularizer.text}",
        f"scope: {derived.scope}",
        f"verdict: {found.verdict.name}",
    ]
    left_out = unconfirmed_entries(derived, budget=budget)
    if left_out:
        lines.append(f"derived in one canonical form only (FLINT's, not SymPy's): {', '.join(left_out)}")
    else:
        lines.append("derivatives at 0 confirmed in two canonical forms, FLINT's and SymPy's")
    lines += [f"version: {line}" for line in changed_versions(text, derived)]
    return 0, "\n".join([*lines, ""])
