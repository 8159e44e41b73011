"""``symcheck recheck FILE``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symcheck.budget import SECONDS
from symcheck.errors import CertificateError
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.completed_names import Named, completes
from symcheck.intake.options import answered, file_text, form_arguments, out_path, seconds
from symcheck.render.block import Block, Code, Line, Paragraph, Title
from symcheck.render.page import Page

if TYPE_CHECKING:
    from symcheck.certificates.certificate import Certificate
    from symcheck.certificates.preferences.value import PreferenceCertificate  # a help text needs neither

HELP = Help(
    summary="derive a certificate again from its JSON, and say whether all of it holds",
    group=Group.RECORD,
    takes="FILE",
    text="""
    The formulas stand in the file, and nothing in it is believed.  symcheck verify checks the proofs in it, and derives
    nothing.
    """,
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
    form_arguments(parser)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """What was found, and 0 if everything holds, 1 if something does not."""
    out, budget = out_path(options), seconds(options.budget)
    text = file_text(options.file)
    from symcheck.certificates.recheck_json import recheck
    from symcheck.certificates.written_again import of_another_version

    try:
        found = recheck(text, budget=budget)
    except CertificateError as error:
        return 1, answered(Refused(f"does not hold: {error}", of_another_version(text)), options, out)
    return 0, answered(Rechecked(f"holds: {found.headline}", tuple(_facts(text, found, budget))), options, out)


@dataclass(frozen=True)
class Rechecked(Page):
    """Whether a certificate holds, and ``facts`` about what was derived again: a name and a text, or a sentence."""

    answer: str
    facts: tuple[Line, ...] = ()

    def blocks(self) -> Iterator[Block]:
        """The answer, then a line for each fact."""
        yield Title((self.answer,))
        yield from map(Paragraph, self.facts)


@dataclass(frozen=True)
class Refused(Page):
    """Why something is no certificate, or none that holds, and what to ``do``, "" for nothing."""

    why: str
    do: str = ""

    def blocks(self) -> Iterator[Block]:
        """The two."""
        yield Title((self.why,))
        if self.do:
            yield Paragraph((self.do,))


def _facts(text: str, found: Certificate | PreferenceCertificate, budget: float) -> Iterator[Line]:
    """What was checked, whatever the pair calls itself: the two formulas, the scope and the verdict."""
    from symcheck.certificates.preferences.value import PreferenceCertificate
    from symcheck.certificates.recheck import changed_versions, unconfirmed_entries

    derived = found.certificate if isinstance(found, PreferenceCertificate) else found
    if isinstance(found, PreferenceCertificate):
        yield ("preference: ", Code(found.preference.text))
        text = json.dumps(json.loads(text)["certificate"])
    yield ("loss: ", Code(derived.loss.text))
    yield ("regularizer: ", "none" if derived.problem.is_alone else Code(derived.regularizer.text))
    yield (f"scope: {derived.scope}",)
    yield (f"verdict: {found.verdict.name}",)
    left_out = unconfirmed_entries(derived, budget=budget)
    if left_out:
        yield (f"derived in one canonical form only (FLINT's, not SymPy's): {', '.join(left_out)}",)
    else:
        yield ("derivatives at 0 confirmed in two canonical forms, FLINT's and SymPy's",)
    for line in changed_versions(text, derived):
        yield (f"version: {line}",)
