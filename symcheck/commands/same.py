"""``symcheck same A B``."""

from __future__ import annotations

import argparse

from symcheck.intake.options import CODES, classes_of, form_arguments, in_form, prints_aside, range_arguments, seconds
from symcheck.intake.pair import formula_arguments, formulas_of

SUMMARY = "decide whether two formulas are one, up to a factor or a label-free part"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of same."""
    formula_arguments(parser, "A", "B")
    range_arguments(parser)
    form_arguments(parser)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """The answer, and 0, 1 or 2 for one, different or undecided."""
    from symcheck.design.same import same

    a, b = formulas_of(options, "same", "A", "B")
    with prints_aside():
        found = same(a, b, classes=classes_of(options.classes), budget=seconds(options.budget))
    return CODES[found.verdict], in_form(found, options)
