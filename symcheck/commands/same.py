"""``symcheck same A B``."""

from __future__ import annotations

import argparse

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
    summary="decide whether two formulas are one, up to a factor or a label-free part",
    group=Group.CHOOSE,
    takes="A B",
    text="A and B are names (symcheck list), formulas, or code in files.",
    examples=(
        Example('symcheck same cross_entropy "logsumexp(z) - z[y]"', "one function in two spellings"),
        Example("symcheck same mae gce", "two losses", 1),
    ),
    exit_codes={0: "they are one", 1: "they are not", 2: "undecided"},
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of same."""
    formula_arguments(parser, "A", "B")
    range_arguments(parser)
    form_arguments(parser)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """The answer, and 0, 1 or 2 for one, different or undecided."""
    from symcheck.design.same import same

    a, b = formulas_of(options, "same", "A", "B")
    out = out_path(options)
    with prints_aside():
        found = same(a, b, classes=classes_of(options.classes), budget=seconds(options.budget))
    return CODES[found.verdict], answered(found, options, out)
