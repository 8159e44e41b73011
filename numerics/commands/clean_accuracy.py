"""The command ``symcheck clean-accuracy``: accuracy by clean labels, from accuracy measured on noisy ones."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from numerics.commands.output import answer, out_arguments, output_of
from numerics.commands.process import exit_code
from numerics.commands.result_files import record_text
from symcheck.intake.command_help import Example, Group, Help

HELP = Help(
    summary="estimate the accuracy by clean labels from that by noisy ones",
    group=Group.TRAIN,
    takes="ACCURACY --n N --rho RATE --classes C",
    text=(
        "Estimates the accuracy by clean labels of a model that predicts the noisy label of a share ACCURACY of N "
        "labels, with an interval, for labels that it was not trained on and uniform noise of a known rate."
    ),
    examples=(
        Example(
            "symcheck clean-accuracy 0.64 --n 1000 --rho 0.3 --classes 4", "640 of 1000 noisy labels were predicted"
        ),
    ),
    exit_codes={0: "an estimate", 1: "the labels contradict the noise, with that confidence"},
)


def clean_accuracy(argv: Sequence[str]) -> int:
    """Runs ``symcheck clean-accuracy`` with the arguments ``argv``; returns the exit code."""
    return exit_code("clean-accuracy", HELP, arguments, _estimated, argv)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "accuracy", metavar="ACCURACY", help="the accuracy by noisy labels, such as 0.64, or exactly as 640/1000"
    )
    parser.add_argument("--n", metavar="N", required=True, help="the number of labels that it was measured on")
    parser.add_argument(
        "--rho", metavar="RATE", required=True,
        help="the flip rate: a label becomes another class, each alike (symcheck noise-rate converts)",
    )  # fmt: skip
    parser.add_argument("--classes", "-C", metavar="C", required=True, help="the number of classes")
    parser.add_argument("--level", metavar="P", default="0.95", help="the confidence of the interval (default: 0.95)")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    out_arguments(parser)


def _estimated(given: argparse.Namespace) -> int:
    out = output_of(given)
    from numerics.noise.accuracy import clean_accuracy as accuracy_of
    from numerics.noise.shares import count_in, share_of

    found = accuracy_of(
        given.accuracy, n=count_in(given.n, "--n"), rho=given.rho, classes=count_in(given.classes, "--classes"),
        level=float(share_of(given.level, "--level")),
    )  # fmt: skip
    answer(found, given, out, lambda: record_text(found))
    return 1 if found.contradiction else 0
