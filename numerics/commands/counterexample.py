"""The command ``symcheck counterexample``: data on which noise changes what is predicted."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict

from numerics.commands.process import Parser, exit_code
from numerics.errors import ConfirmationError
from symcheck.commands.certify import pair_arguments, pair_of

DESCRIPTION = """\
Looks for small data on which minimisers of LOSS + lambda REG under clean and under noisy labels predict different
classes in the limit of a large lambda, and trains what it finds.  A parameter without a value is taken at its default.
LOSS and REG are names that symcheck list shows, or formulas."""

EPILOG = """\
exit codes: 0 found and confirmed by training, 1 none found, 64 bad usage, 130 interrupted
examples: symcheck counterexample one_vs_rest_logistic l2
          symcheck counterexample square l2 --classes 2 --family "reference class" """


def counterexample(argv: Sequence[str]) -> int:
    """Runs ``symcheck counterexample`` with the arguments ``argv``; returns the exit code."""
    return exit_code(_parser(), _searched, argv)


def _parser() -> Parser:
    parser = Parser("counterexample", DESCRIPTION, EPILOG)
    pair_arguments(parser)
    parser.add_argument("--classes", metavar="C", default="3", help="the number of classes (default: 3)")
    parser.add_argument("--rho", metavar="RATE", help="the rate of uniform noise (default: several are tried)")
    parser.add_argument(
        "--family", metavar="NAME", action="append",
        help="shared features, reference class or cone; may be repeated (default: all of them)",
    )  # fmt: skip
    parser.add_argument("--points", metavar="N", default="3", help="at most so many samples (default: 3)")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    return parser


def _searched(given: argparse.Namespace) -> int:
    from numerics.counterexamples.search import counterexample as search
    from numerics.counterexamples.small_data import FAMILIES
    from symcheck.certification import certify
    from symcheck.language.exact import exact_text

    loss, regularizer = pair_of(given, "counterexample")
    classes = _whole(given.classes, "--classes", 2, 20)
    rho = None if given.rho is None else exact_text(given.rho, "rho")
    found = search(
        certify(loss, regularizer), classes, rho=rho, families=given.family or FAMILIES,
        most_points=_whole(given.points, "--points", 1, 4),
    )  # fmt: skip
    print(json.dumps(asdict(found), default=str, indent=2, sort_keys=True) if given.json else found)
    return 1 if found.flip is None else 0


def _whole(text: str, name: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise ConfirmationError(f"{name}: got {text!r}; accepted is an integer from {low} to {high}")
    return int(text)
