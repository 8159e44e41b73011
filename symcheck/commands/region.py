"""``symcheck region LOSS REG``."""

from __future__ import annotations

import argparse

from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.options import (
    answered,
    classes_of,
    form_arguments,
    out_path,
    prints_aside,
    range_arguments,
    seconds,
)
from symcheck.intake.pair import pair_arguments, pair_of

HELP = Help(
    summary="find the parameters and the numbers of classes for which a pair is proved",
    group=Group.CHOOSE,
    takes="LOSS REG",
    text="Splits the ranges of the parameters and the numbers of classes by what holds there.",
    examples=(Example("symcheck region bce_pos_weight l2", "which weights w are proved"),),
    exit_codes={0: "proved somewhere", 1: "proved nowhere", 2: "undecided"},
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of region."""
    pair_arguments(parser)
    range_arguments(parser)
    form_arguments(parser)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """The region, and 0 if the pair is proved somewhere, 1 if it is nowhere, 2 if that is undecided."""
    from symcheck.design.region import region

    loss, regularizer = pair_of(options, "region")
    out = out_path(options)
    with prints_aside():
        found = region(loss, regularizer, classes=classes_of(options.classes), budget=seconds(options.budget))
    return 0 if found.is_proved_somewhere else 1 if found.is_nowhere else 2, answered(found, options, out)
