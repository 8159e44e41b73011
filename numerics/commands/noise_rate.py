"""The command ``symcheck noise-rate``: what a rate of label noise means, and what it is by the other convention."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from numerics.commands.process import Parser, exit_code

SUMMARY = "say which noise a rate makes, and convert it"
DESCRIPTION = """\
Says which noise a rate makes.  A label can be flipped, to one of the other classes, or resampled, drawn anew from all
classes, its own included: the same number is not the same noise.  A matrix has a rate if it is uniform."""

EPILOG = """\
exit codes: 0 uniform noise, of one rate, 1 not uniform, 64 bad usage, 130 interrupted
examples: symcheck noise-rate --resample 0.4 --classes 10
          symcheck noise-rate --matrix "0.8 0.1 0.1; 0.1 0.8 0.1; 0.1 0.1 0.8"
          symcheck noise-rate --matrix transition.csv"""


def noise_rate(argv: Sequence[str]) -> int:
    """Runs ``symcheck noise-rate`` with the arguments ``argv``; returns the exit code."""
    return exit_code(_parser(), _converted, argv)


def _parser() -> Parser:
    parser = Parser("noise-rate", DESCRIPTION, EPILOG)
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
    return parser


def _converted(given: argparse.Namespace) -> int:
    from numerics.noise.noise_rate import noise_rate as rate_of
    from numerics.noise.shares import count_in

    classes = None if given.classes is None else count_in(given.classes, "--classes")
    found = rate_of(flip=given.flip, resample=given.resample, T=given.matrix, classes=classes)
    print(json.dumps(found.to_record(), indent=2, sort_keys=True) if given.json else found)
    return 1 if found.flip is None else 0
