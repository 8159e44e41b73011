"""``symcheck advise --classes C --rho RATE``."""

from __future__ import annotations

import argparse

from symcheck.errors import ParameterError, ScopeError
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.completed_names import Named, completes
from symcheck.intake.name_list import names_between_commas
from symcheck.intake.options import answered, form_arguments, out_path, prints_aside, seconds
from symcheck.intake.progress_line import progress

HELP = Help(
    summary="list what is proved for a number of classes, with kappa and lambda",
    group=Group.CHOOSE,
    takes="--classes C",
    text="""
    Which loss and which regularizer to train with: pairs that are proved for C classes, the best first, with the scale
    kappa and the lambda of each that gives the same leading outputs.
    """,
    examples=(
        Example("symcheck advise --classes 10 --losses gce,mae --wants bounded", "of two losses, for ten classes"),
        Example("symcheck advise --classes 10 --losses gce --rho 0.3", "where 30 % of the labels flipped"),
    ),
    exit_codes={0: "the table was written"},
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of advise."""
    parser.add_argument("--classes", "-C", metavar="C", required=True, help="the number of classes, such as 100")
    parser.add_argument(
        "--rho", metavar="RATE", default="0",
        help="the share of labels that became another class, 0.3 for 30 %% (default %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--wants", metavar="NAMES", default="",
        help="what is wished, with commas between: convex, bounded, symmetric, bounded_below, ... (default: nothing)",
    )  # fmt: skip
    losses = parser.add_argument(
        "--losses", metavar="NAMES", help="names, or code in files, with commas between (default: all)"
    )
    completes(losses, Named.LOSS)
    regularizers = parser.add_argument(
        "--regularizers", metavar="NAMES", help="likewise (default: l2, entropy and label_smoothing_penalty)"
    )
    completes(regularizers, Named.REGULARIZER)
    parser.add_argument(
        "--reference", metavar="LOSS,REG", default="cross_entropy,l2",
        help="the pair whose leading outputs the lambda of each row gives (default %(default)s)",
    )  # fmt: skip
    parser.add_argument("--weight", metavar="W", default="1", help="its lambda (default %(default)s)")
    parser.add_argument("--all", action="store_true", help="every pair, and not only the first of each loss")
    parser.add_argument("--budget", metavar="S", default="60", help="seconds for all of it (default %(default)s)")
    form_arguments(parser, json=True)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """The table, and 0."""
    from symcheck.design.advise import advise

    if not options.classes.strip().isdecimal() or len(options.classes) > _LONGEST:
        raise ScopeError(f"--classes: got {options.classes!r}; accepted is one number of classes, an integer C >= 2")
    out = out_path(options, has_json=True)
    with prints_aside():
        reference = names_between_commas(options.reference, "loss") or []
        if len(reference) != 2:
            raise ParameterError(
                f"--reference: got {options.reference!r}; accepted is a loss and a regularizer with a comma between, "
                "as cross_entropy,l2"
            )
        found = advise(
            int(options.classes),
            rho=options.rho,
            wants=options.wants,
            losses=names_between_commas(options.losses, "loss"),
            regularizers=names_between_commas(options.regularizers, "regularizer"),
            reference=(reference[0], reference[1]),
            weight=options.weight,
            all=options.all,
            budget=seconds(options.budget),
            progress=_progress,
        )
    progress("")
    return 0, answered(found, options, out)


_LONGEST = 18
"""Digits of the largest number of classes that is read."""


def _progress(done: int, number: int, loss: str) -> None:
    progress(f"certify {done + 1}/{number} {loss}")
