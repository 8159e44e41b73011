"""The command ``symcheck noise-rate``: what a rate of label noise means, and what it is by the other convention."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from numerics.commands.output import answer, out_arguments, output_of
from numerics.commands.process import exit_code
from numerics.commands.result_files import record_text
from symcheck.intake.command_help import Example, Group, Help

HELP = Help(
    summary="say which noise a rate makes, and convert it",
    group=Group.TRAIN,
    takes="",
    text=(
        "Says which noise a rate makes. A label can be flipped, to one of the other classes, or resampled, drawn anew "
        "from all classes, its own included: the same number is not the same noise. A matrix has a rate if it is "
        "uniform."
    ),
    examples=(
        Example("symcheck noise-rate --resample 0.4 --classes 10", "drawn anew from all classes"),
        Example('symcheck noise-rate --matrix "0.9 0.1; 0.2 0.8"', "a matrix: is it uniform?"),
    ),
    exit_codes={0: "uniform noise, of one rate", 1: "not uniform"},
)


def noise_rate(argv: Sequence[str]) -> int:
    """Runs ``symcheck noise-rate`` with the arguments ``argv``; returns the exit code."""
    return exit_code("noise-rate", HELP, arguments, _converted, argv)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    rate = parser.add_mutually_exclusive_group(required=True)
    rate.add_argument("--flip", metavar="RATE", help="the probability rho that a label becomes another class")
    rate.add_argument(
        "--resample", metavar="RATE", help="the probability r that a label is drawn anew from all classes"
    )
    rate.add_argument(
        "--matrix",
        metavar="T",
        help="row i says how class i is labelled: probabilities or counts, as text or in a file",
    )
    parser.add_argument("--classes", "-C", metavar="C", help="the number of classes, with --flip or --resample")
    parser.add_argument("--json", action="store_true", help="print the exact numbers as JSON")
    out_arguments(parser)


def _converted(given: argparse.Namespace) -> int:
    out = output_of(given)
    from numerics.noise.noise_rate import noise_rate as rate_of
    from numerics.noise.shares import count_in

    classes = None if given.classes is None else count_in(given.classes, "--classes")
    found = rate_of(flip=given.flip, resample=given.resample, T=given.matrix, classes=classes)
    answer(found, given, out, lambda: record_text(found))
    return 1 if found.flip is None else 0
