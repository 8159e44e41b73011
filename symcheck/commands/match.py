"""``symcheck match A B``."""

from __future__ import annotations

import argparse
import re

from symcheck.errors import ScopeError
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.options import (
    CODES,
    answered,
    classes_of,
    form_arguments,
    out_path,
    prints_aside,
    range_arguments,
    seconds,
)
from symcheck.intake.pair import formula_arguments, formulas_of

HELP = Help(
    summary="find the weight, or the parameter, with which loss A matches loss B",
    group=Group.CHOOSE,
    takes="A B",
    text="""
    Two losses match if they have the same leading outputs under a strong penalty: the weights lambda_a and lambda_b
    for which that is so, or with --parameter the value of a parameter of A.
    """,
    examples=(
        Example("symcheck match mae cross_entropy -C 10", "lambda_a/lambda_b for ten classes"),
        Example("symcheck match gce mae --parameter q", "the q with which GCE matches MAE"),
    ),
    exit_codes={0: "there is a value", 1: "there is none", 2: "undecided"},
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of match."""
    formula_arguments(parser, "A", "B")
    parser.add_argument("--parameter", metavar="NAME", help="look for this parameter of A, and not for the weight")
    parser.add_argument(
        "--weight", metavar="W", default="1", help="lambda_a/lambda_b, for a parameter (default %(default)s)"
    )
    parser.add_argument("-C", dest="number", metavar="N", help="the number of classes (default: a formula in C)")
    range_arguments(parser)
    form_arguments(parser)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """The answer, and 0 if there is a value, 1 if there is none, 2 if that is undecided."""
    from symcheck.design.match import match

    a, b = formulas_of(options, "match", "A", "B")
    out = out_path(options)
    with prints_aside():
        found = match(
            a,
            to=b,
            C=_number(options.number),
            parameter=options.parameter,
            weight=options.weight,
            classes=classes_of(options.classes),
            budget=seconds(options.budget),
        )
    return CODES[found.verdict], answered(found, options, out)


def _number(text: str | None) -> int | None:
    """The value of -C; raises ``ScopeError`` unless it is a whole number."""
    if text is None:
        return None
    if not re.fullmatch(r"\s*\d{1,18}\s*", text):
        raise ScopeError(
            f"-C: got {text!r}; accepted is a number of classes, an integer C >= 2; --classes takes a range"
        )
    return int(text)
