"""The command ``symcheck counterexample``: data on which noise changes what is predicted."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict

from numerics.commands.output import Output, answer, out_arguments, output_of
from numerics.commands.process import certified, exit_code
from numerics.commands.result_files import record_text
from numerics.errors import ConfirmationError
from symcheck.errors import shown
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.pair import pair_arguments

HELP = Help(
    summary="look for small data on which label noise changes a prediction in the limit",
    group=Group.CHECK,
    takes="[LOSS REG]",
    text=(
        "Looks for small data on which minimisers of LOSS + lambda REG under clean and under noisy labels predict "
        "different classes in the limit of a large lambda, and trains what it finds. A parameter without a value is "
        "taken at its default. LOSS and REG are names that symcheck list shows, formulas, or code in files, "
        "losses.py:MyLoss. With --known nothing is searched: what is proved of the known counterexamples is trained, "
        "each at a row of lambdas."
    ),
    examples=(
        Example("symcheck counterexample one_vs_rest_logistic l2", "a search"),
        Example('symcheck counterexample square l2 --classes 2 --family "reference class"', "among models of one kind"),
        Example("symcheck counterexample --known tie_in_the_limit", "one that is proved, trained"),
    ),
    exit_codes={
        0: "found, and confirmed by training; with --known, training predicts what is proved",
        1: "none found; with --known, it does not",
    },
)

SEARCH = {
    "names": "LOSS REG", "formula": "--formula", "regularizer_formula": "--regularizer-formula", "param": "--param",
    "classes": "--classes", "rho": "--rho", "family": "--family", "points": "--points",
}  # fmt: skip
"""What a search is told, and a known counterexample is not."""


def counterexample(argv: Sequence[str]) -> int:
    """Runs ``symcheck counterexample`` with the arguments ``argv``; returns the exit code."""
    return exit_code("counterexample", HELP, arguments, _done, argv)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    pair_arguments(parser)
    parser.add_argument("--classes", metavar="C", help="the number of classes (default: 3)")
    parser.add_argument("--rho", metavar="RATE", help="the flip rate of uniform noise (default: several are tried)")
    parser.add_argument(
        "--family", metavar="NAME", action="append",
        help="shared features, reference class or cone; may be repeated (default: all of them)",
    )  # fmt: skip
    parser.add_argument("--points", metavar="N", help="at most so many samples (default: 3)")
    parser.add_argument(
        "--known", metavar="NAME", nargs="?", const="", help="train the known counterexample NAME, or all of them"
    )
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    out_arguments(parser)


def _done(given: argparse.Namespace) -> int:
    out = output_of(given)
    return _searched(given, out) if given.known is None else _trained(given, out)


def _trained(given: argparse.Namespace, out: Output) -> int:
    searched = [name for name in SEARCH if getattr(given, name)]
    if searched:
        raise ConfirmationError(
            f"--known: got {', '.join(SEARCH[name] for name in searched)} as well; a known counterexample has its own "
            "loss, penalty and data: give its name alone"
        )
    if given.known:
        from symcheck.counterexamples import counterexample as case_named

        case_named(given.known)
    from numerics.counterexamples.known import known_counterexamples  # after what is wrong is told: it loads torch

    found = known_counterexamples(given.known or None)
    answer(found, given, out, lambda: record_text(found))
    return 0 if found.agrees else 1


def _searched(given: argparse.Namespace, out: Output) -> int:
    from symcheck.language.exact import exact_text

    classes = _whole("3" if given.classes is None else given.classes, "--classes", 2, 20)
    rho = None if given.rho is None else exact_text(given.rho, "rho")
    most_points = _whole("3" if given.points is None else given.points, "--points", 1, 4)
    certificate = certified(given, "counterexample")
    from numerics.counterexamples.search import counterexample as search  # after what is wrong is told: it loads torch
    from numerics.counterexamples.small_data import FAMILIES

    found = search(certificate, classes, rho=rho, families=given.family or FAMILIES, most_points=most_points)
    answer(found, given, out, lambda: json.dumps(asdict(found), default=str, indent=2, sort_keys=True))
    return 1 if found.flip is None else 0


def _whole(text: str, name: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise ConfirmationError(f"{name}: got {shown(text, 80)}; accepted is an integer from {low} to {high}")
    return int(text)
