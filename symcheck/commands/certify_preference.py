"""``symcheck certify-preference NAME [PENALTY]``."""

from __future__ import annotations

import argparse

from symcheck.budget import SECONDS, Budget, reading
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.options import CODES, answered, form_arguments, out_path, prints_aside, seconds
from symcheck.intake.preference_pair import preference_arguments, preference_pair_of

HELP = Help(
    summary="decide what flipped pairs do to a preference loss, alone or with a penalty",
    group=Group.CERTIFY,
    takes="NAME [PENALTY]",
    text="""
    A preference loss compares the scores of two answers, h = chosen - rejected.  Decides the conditions under which
    flipped pairs leave the direction of what is learned as it is, in the limit of a strong penalty: PROVED, REFUTED or
    UNDECIDED.
    """,
    examples=(
        Example("symcheck certify-preference dpo l2", "a name of the catalogue with a penalty"),
        Example('symcheck certify-preference "softplus(-h)" "h**2/2"', "formulas in h = chosen - rejected"),
    ),
    exit_codes={0: "PROVED", 1: "REFUTED", 2: "UNDECIDED"},
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of certify-preference."""
    preference_arguments(parser)
    starts = parser.add_mutually_exclusive_group()
    starts.add_argument(
        "--reference", action="store_true", default=None,
        help="a run starts at a reference where the scores are 0 (default: as the loss declares it)",
    )  # fmt: skip
    starts.add_argument(
        "--no-reference", dest="reference", action="store_false", help="no run starts where the scores are 0"
    )
    parser.add_argument("--budget", metavar="S", default=f"{SECONDS:g}", help="seconds (default %(default)s)")
    form_arguments(parser, json=True)


def run(options: argparse.Namespace) -> tuple[int, str]:
    """The certificate as text, and 0, 1 or 2 for PROVED, REFUTED or UNDECIDED."""
    from symcheck.certificates.preferences.certify_preference import certified, penalty_text

    out, budget = out_path(options, has_json=True), seconds(options.budget)
    whole = Budget(budget)
    with reading(budget):
        pair = preference_pair_of(options, "certify-preference")
    text = pair.text or ("" if pair.penalty is None else penalty_text(pair.penalty))
    with prints_aside():
        found = certified(pair.preference, pair.penalty, text, reference=options.reference, seconds=budget, whole=whole)
    return CODES[found.verdict], answered(found, options, out)
