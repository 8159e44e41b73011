"""The command ``symcheck report``: the paper, the survey and a confirmation as one page."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from numerics.commands.output import answer, out_arguments, output_of
from numerics.commands.process import exit_code
from numerics.errors import ConfirmationError
from symcheck.errors import did_you_mean
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.progress_line import progress
from symcheck.render.terminal import columns, has_colour
from symcheck.render.text import text_page

if TYPE_CHECKING:
    from numerics.confirmations.confirmation import Confirmation
    from symcheck.certificates.survey import Survey
    from symcheck.paper.page import Ledger

PARTS = ("paper", "survey", "confirmation")

HELP = Help(
    summary="the paper, every pair of the catalogue and a confirmation, as one page",
    group=Group.RECORD,
    text="""
    Checks every claim of the paper, certifies every loss with every regularizer, and trains cross-entropy with l2 on
    digits; all of it is computed anew, and takes a few minutes.  The page stands alone: tables, formulas and the figure
    are in it.  --parts leaves some of it out.
    """,
    examples=(
        Example("symcheck report --out report.html", "one file for a browser, or for a printer"),
        Example("symcheck report --parts paper,confirmation --out report.pdf", "without the survey"),
    ),
    exit_codes={
        0: "the claims are as the ledger says, and training agrees",
        1: "a claim is not, or training contradicts",
        2: "training is inconclusive",
    },
)


def report(argv: Sequence[str]) -> int:
    """Runs ``symcheck report`` with the arguments ``argv``; returns the exit code."""
    return exit_code("report", HELP, arguments, _reported, argv)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--parts", metavar="NAMES", default=",".join(PARTS),
        help="paper, survey, confirmation, with commas between (default: all)",
    )  # fmt: skip
    parser.add_argument("--data", metavar="NAME", default="digits", help="what is trained on (default: digits)")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    out_arguments(parser)


def _reported(given: argparse.Namespace) -> int:
    out, parts = output_of(given), parts_of(given.parts)
    from numerics.data.named import check_named

    check_named(given.data)
    from numerics.report import Report  # after what is wrong is told: it loads torch

    found = Report(
        _ledger() if "paper" in parts else None,
        _survey() if "survey" in parts else None,
        _confirmation(given.data) if "confirmation" in parts else None,
    )
    if out.file is None:
        answer(found, given, out, found.to_json)
    else:
        progress("write the page")
        told = out.write(found, found.to_json, dict)
        progress("")
        print(f"{text_page(found.summary(), columns(), colour=has_colour())}\n\n{told}")
    return found.exit_code


def parts_of(text: str) -> tuple[str, ...]:
    """The parts that ``text`` names, in the order of the report; raises ``ConfirmationError`` for any other name."""
    named = [name.strip() for name in text.split(",")]
    for name in named:
        if name not in PARTS:
            raise ConfirmationError(
                f"--parts: got {name!r}{did_you_mean(name, PARTS)}; accepted are {', '.join(PARTS)}, as in "
                "--parts paper,survey"
            )
    return tuple(part for part in PARTS if part in named)


def _ledger() -> Ledger:
    import symcheck.paper as ledger
    from symcheck.paper.page import Ledger

    wanted, found = ledger.claims(), []
    for done, claim in enumerate(wanted, 1):
        progress(f"check {done}/{len(wanted)} {claim.id}")
        found.append(claim.check())
    return Ledger(tuple(found))


def _survey() -> Survey:
    from symcheck.certificates.survey import survey

    return survey(progress=lambda done, number, pair: progress(f"certify {done + 1}/{number} {pair}"))


def _confirmation(data: str) -> Confirmation:
    from numerics.confirmations.confirmation import Confirmation, confirm
    from symcheck.certificates.certify import certify

    certificate = certify("cross_entropy", "l2")
    found = confirm(certificate, data=data, progress=lambda done, steps, what: progress(f"train {done}/{steps} {what}"))
    assert isinstance(found, Confirmation)  # of a linear model
    return found
