"""``symcheck certify LOSS REG``, or ``symcheck certify LOSS`` without a penalty."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from symcheck.errors import SymcheckError
from symcheck.findings.verdict import Verdict
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.completed_names import Named, completes
from symcheck.intake.options import (
    CODES,
    answered,
    classes_of,
    form_arguments,
    in_form,
    out_path,
    printed,
    prints_aside,
    range_arguments,
    seconds,
)
from symcheck.intake.pair import pair_arguments, pair_or_loss_of
from symcheck.render.block import Block
from symcheck.render.page import Page
from symcheck.render.terminal import columns

if TYPE_CHECKING:
    from symcheck.certificates.certificate import Certificate  # a help text needs none

HELP = Help(
    summary="decide what holds for a loss with an output regularizer, or for a loss alone",
    group=Group.CERTIFY,
    takes="LOSS [REG]",
    text="""
    Decides the conditions under which what minimises l + lambda g with noisy labels has the predictions of what
    minimises it with clean ones, in the limit of a large lambda: PROVED; REFUTED, which means that a condition is false
    at a point that is shown, with what holds nevertheless; or UNDECIDED, with the reason.  It is asked for every number
    of classes C and every value of a parameter, unless some are given.

    LOSS and REG are names (symcheck list), formulas in the scores z and the label y, or code in a file,
    losses.py:MyLoss.  Without REG the loss is asked about alone.
    """,
    examples=(
        Example("symcheck certify gce l2 --param q=7/10", "names of the catalogue, and a value for a parameter"),
        Example('symcheck certify "logsumexp(z) - z[y]" l2', "a formula: cross entropy"),
        Example("symcheck certify square l2 --suggest", "what to change so that it is proved, with torch code", 1),
        Example("symcheck certify gce l2 --theorem theorem-3", "whether one theorem of the paper applies"),
        Example("symcheck certify mae l2 --classes 10 --out mae.html", "a page for the browser"),
    ),
    exit_codes={
        0: "PROVED; with --theorem: the theorem applies",
        1: "REFUTED; with --theorem: a premise is refuted",
        2: "UNDECIDED; with --theorem: a premise is undecided",
    },
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of certify."""
    pair_arguments(parser)
    parser.add_argument(
        "--anchor", metavar="TEXT",
        help='the point in the place of 0, g(z - z_ref): a name for free entries, z_ref, a formula, "log(pi)", numbers',
    )  # fmt: skip
    range_arguments(parser)
    parser.add_argument("--full", action="store_true", help="every property and every theorem, which takes longer")
    theorem = parser.add_argument(
        "--theorem",
        metavar="NAME",
        help='whether one theorem applies, theorem-3, 3 or "Theorem 3" (symcheck list theorems)',
    )
    completes(theorem, Named.THEOREM)
    parser.add_argument(
        "--suggest", action="store_true", help="what to change so that the pair is proved, with torch code"
    )
    form_arguments(parser, json=True)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """The certificate as text, and 0, 1 or 2 for PROVED, REFUTED or UNDECIDED; with --theorem, of the theorem."""
    from symcheck.certificates.certify import certify

    loss, regularizer = pair_or_loss_of(options, "certify")
    if options.suggest:
        _check_suggest(options)
    # What is wrong with a name is told now, and not after the certificate has taken its seconds.
    theorem = None if options.theorem is None else _theorem(options)
    out = out_path(options, has_json=theorem is None)
    classes, budget = classes_of(options.classes), seconds(options.budget)
    with prints_aside():
        certificate = certify(loss, regularizer, anchor=anchor_of(options.anchor), classes=classes, budget=budget)
    if theorem is not None:
        applied = certificate.theorem(theorem)
        return CODES[applied.verdict], answered(applied, options, out)
    code, page = CODES[certificate.verdict], _Full(certificate) if options.full else certificate
    if not options.suggest:
        return code, answered(page, options, out)
    # Code is no page, and stands below it as text.
    text = in_form(page, options) if out is None else f"{page.to_text()}\n"
    return code, printed(f"{text}{_suggested(certificate)}", page, options, out)


@dataclass(frozen=True)
class _Full(Page):
    """A certificate with its full report."""

    certificate: Certificate

    def blocks(self) -> Iterator[Block]:
        """The certificate, then every property and every theorem."""
        return self.certificate.blocks(full=True)

    def to_json(self) -> str:
        """It as JSON."""
        return self.certificate.to_json(full=True)


def _check_suggest(options: argparse.Namespace) -> None:
    """Raise ``SymcheckError`` for options that do not go with --suggest."""
    is_other = options.out is not None and Path(options.out).suffix.lower() != ".txt"
    for name, value in (("--theorem", options.theorem), (f"--{options.form}", options.form), ("--out", is_other)):
        if value:
            raise SymcheckError(
                f"--suggest: got it together with {name}, and its answer is text; leave one of them out"
            )


def anchor_of(text: str | None) -> str | list[str] | None:
    """The anchor as ``certify`` takes it: numbers with commas between them are one for each class."""
    is_list = text is not None and "," in text and not re.search("[A-Za-z_(]", text)
    return [entry.strip() for entry in text.split(",")] if is_list and text is not None else text


def _suggested(certificate: Certificate) -> str:
    """The repairs with their torch code; the page of what is refuted has told them already."""
    repairs = certificate.repairs
    if certificate.verdict is Verdict.PROVED:
        return "\nNothing to change: it is proved.\n"
    told = repairs.to_text(columns=columns()) if certificate.verdict is Verdict.UNDECIDED else ""
    code = [f"# {repair.title}\n{repair.torch_code()}" for repair in repairs]
    parts = [part.strip("\n") for part in (told, *code)]
    return "".join(f"\n{part}\n" for part in parts if part) or "\nNo change was found that is proved.\n"


def _theorem(options: argparse.Namespace) -> str:
    """The name of the theorem that is asked for; raises ``SymcheckError`` for options that do not go with it."""
    from symcheck.theorems import theorem_named

    for name, value in (("--full", options.full), ("--json", options.form == "json")):
        if value:
            raise SymcheckError(
                f"{name}: got it together with --theorem, whose answer is a page about one theorem; leave one of them "
                "out (--full has every theorem, in JSON too)"
            )
    return theorem_named(options.theorem).name
