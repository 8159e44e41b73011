"""The command ``symcheck confirm-preference``: a preference loss against rewards trained on clean and flipped pairs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout

from numerics.commands.confirm import seed_of
from numerics.commands.output import answer, out_arguments, output_of
from numerics.commands.process import exit_code
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.preference_pair import preference_arguments, preference_pair_of

HELP = Help(
    summary="train what is certified of a preference loss on pairs with and without flips",
    group=Group.CHECK,
    takes="NAME [PENALTY]",
    text=(
        "Certifies the preference loss NAME with PENALTY, or without one, trains a linear reward on generated pairs "
        "of answers, clean and with some of them flipped, and compares what comes out with the certificate. With a "
        "penalty at a row of its weights lambda, without one at a row of flip rates. A parameter without a value is "
        "trained at its default. Pairs of your own are two arrays, numerics.confirm(cert, data=(chosen, rejected)) in "
        "Python."
    ),
    examples=(
        Example("symcheck confirm-preference ipo", "without a penalty"),
        Example(
            'symcheck confirm-preference dpo "h**2/2" --param beta=1 --rho 0.3 --out results/dpo',
            "with a penalty and a report",
        ),
        Example(
            'symcheck confirm-preference --formula "(h - 1/2)**2" --noise sampled --seed 3',
            "a loss of your own, on drawn flips",
        ),
    ),
    exit_codes={0: "agrees", 1: "contradicts", 2: "inconclusive"},
)


def confirm_preference(argv: Sequence[str]) -> int:
    """Runs ``symcheck confirm-preference`` with the arguments ``argv``; returns the exit code."""
    return exit_code("confirm-preference", HELP, arguments, _confirmed, argv)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    preference_arguments(parser)
    parser.add_argument(
        "--rho", metavar="RATE", default="2/5", help="the probability that a pair is flipped, below 1/2 (default: 2/5)"
    )
    parser.add_argument(
        "--noise", metavar="KIND", default="exact",
        help="exact: each pair is replaced by its law; sampled: by one draw (default: exact)",
    )  # fmt: skip
    parser.add_argument("--seed", metavar="N", help="the seed of sampled flips (default: 0)")
    out_arguments(parser, "report, record and figure")
    parser.add_argument("--json", action="store_true", help="print the record instead of the table")


def _confirmed(given: argparse.Namespace) -> int:
    out = output_of(given)
    from symcheck.budget import SECONDS
    from symcheck.certificates.preferences.certify_preference import certified, penalty_text

    seed = seed_of(given.seed, given.noise)
    pair = preference_pair_of(given, "confirm-preference")
    text = pair.text or ("" if pair.penalty is None else penalty_text(pair.penalty))
    with redirect_stdout(sys.stderr):
        certificate = certified(pair.preference, pair.penalty, text, reference=None, seconds=SECONDS)
    from numerics.confirmations.confirmation import confirm  # after what is wrong in the words is told: it loads torch
    from numerics.progress import bar

    out.make()
    with bar("confirm-preference") as progress:
        found = confirm(
            certificate, rho=given.rho, noise=given.noise, seed=seed, progress=progress,
        )  # fmt: skip
    answer(found, given, out, found.to_json, found.files)
    return found.outcome.value
