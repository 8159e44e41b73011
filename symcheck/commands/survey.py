"""``symcheck survey``."""

from __future__ import annotations

import argparse

from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.completed_names import Named, completes
from symcheck.intake.name_list import names_between_commas
from symcheck.intake.options import answered, classes_of, form_arguments, out_path, prints_aside, seconds
from symcheck.intake.progress_line import progress

HELP = Help(
    summary="certify all pairs of losses and regularizers, as one table",
    group=Group.CHOOSE,
    text="A row for each loss, a column for each regularizer; or only some of them, or pairs with one verdict.",
    examples=(
        Example("symcheck survey --losses gce,mae,square --regularizers l2,entropy", "six pairs"),
        Example("symcheck survey --losses gce,mae --regularizers l2 --json", "for programs"),
    ),
    exit_codes={0: "the table was written"},
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of survey."""
    losses = parser.add_argument(
        "--losses", metavar="NAMES", help="names, or code in files, with commas between (default: all)"
    )
    completes(losses, Named.LOSS)
    completes(parser.add_argument("--regularizers", metavar="NAMES", help="likewise (default: all)"), Named.REGULARIZER)
    parser.add_argument(
        "--verdict", metavar="V", choices=("PROVED", "REFUTED", "UNDECIDED"),
        help="only pairs with this verdict: PROVED, REFUTED or UNDECIDED",
    )  # fmt: skip
    parser.add_argument("--tier", metavar="TIER", help="only losses of this tier, such as QUOTIENT")
    parser.add_argument("--classes", metavar="C", help="10, or 2:1000 (default: every C >= 2)")
    parser.add_argument("--budget", metavar="S", default="10", help="seconds for each pair (default %(default)s)")
    form_arguments(parser, json=True)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """The table, and 0."""
    from symcheck.certificates.survey import survey
    from symcheck.errors import SymcheckError
    from symcheck.findings.tier import Tier
    from symcheck.findings.verdict import Verdict

    out = out_path(options, has_json=True)
    if options.tier is not None and options.tier not in Tier.__members__:
        raise SymcheckError(f"--tier: got {options.tier!r}; accepted: {', '.join(Tier.__members__)}")
    losses, regularizers = (
        names_between_commas(options.losses, "loss"),
        names_between_commas(options.regularizers, "regularizer"),
    )
    classes, budget = classes_of(options.classes), seconds(options.budget)
    with prints_aside():
        pairs = survey(losses, regularizers, classes=classes, budget=budget, progress=_pair_progress)
    found = pairs.where(
        verdict=None if options.verdict is None else Verdict[options.verdict],
        tier=None if options.tier is None else Tier[options.tier],
    )
    progress("")
    return 0, answered(found, options, out)


def _pair_progress(done: int, number: int, pair: str) -> None:
    progress(f"certify {done + 1}/{number} {pair}")
