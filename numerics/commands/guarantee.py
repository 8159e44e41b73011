"""The command ``symcheck guarantee``: the lambda from which on noise provably moves no prediction, sample by sample."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from numerics.commands.data_options import real, samples_arguments, samples_options, whole
from numerics.commands.process import Parser, certified, exit_code
from symcheck.intake.pair import pair_arguments

SUMMARY = "say from which lambda on noise provably moves no prediction"
DESCRIPTION = """\
Says for each sample of DATA the lambda from which on the model trained on clean labels and the one trained on their
exact noisy law provably predict the same, for one rate of noise and for every rate, and the share of the samples at
several lambda.  Nothing is trained.  LOSS and REG are names that symcheck list shows, formulas, or code in files,
losses.py:MyLoss."""

EPILOG = """\
exit codes: 0 a bound, 1 no bound is known, or nothing is certified by it, 64 bad usage, 130 interrupted
examples: symcheck guarantee cross_entropy l2 --data digits --rho 0.3
          symcheck guarantee gce l2 --param q=7/10 --data iris --rho 0.3 --lambda 0.5 --lambda 2
          symcheck guarantee cross_entropy l2 --data flowers.csv --label species --out guarantee"""


def guarantee(argv: Sequence[str]) -> int:
    """Runs ``symcheck guarantee`` with the arguments ``argv``; returns the exit code."""
    return exit_code(_parser(), _guaranteed, argv)


def _parser() -> Parser:
    parser = Parser("guarantee", DESCRIPTION, EPILOG)
    pair_arguments(parser)
    samples_arguments(parser)
    parser.add_argument(
        "--rho", metavar="RATE", help="the flip rate of uniform noise (default: every rate below chance)"
    )
    parser.add_argument(
        "--lambda", metavar="L", action="append", help="a line of the table; may be repeated (default: .01 to 500)"
    )
    parser.add_argument("--steps", metavar="K", default="3", help="steps that make the bound sharper (default: 3)")
    parser.add_argument("--reference", action="store_true", help="keep the score of the last class at 0")
    parser.add_argument("--out", metavar="FOLDER", help="write report, record and figure there")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    return parser


def _guaranteed(given: argparse.Namespace) -> int:
    from numerics.noise.shares import share_of

    options, steps = samples_options(given), whole(given.steps, "--steps", 0)
    rho = None if given.rho is None else share_of(given.rho, "--rho")
    lambdas = [real(text, "--lambda") for text in getattr(given, "lambda") or []]
    certificate = certified(given, "guarantee")
    from numerics.commands.result_files import shown, store  # what is wrong is told: what follows loads torch
    from numerics.finite.guarantee.guarantee import guarantee as guarantee_of
    from numerics.progress import bar

    with bar("guarantee") as progress:
        found = guarantee_of(
            certificate, given.data, rho=rho, lambdas=lambdas or None, steps=steps, reference=given.reference,
            progress=progress, **options,
        )  # fmt: skip
        text = shown(found, {}, as_json=given.json)
        if given.out:
            store("guarantee", found, {}, given.out)
    print(text)
    if given.out and not given.json:
        print(f"\nreport, record and figure: {given.out}")
    shares = [line.every_rate if rho is None else line.alone for line in found.table]
    return 0 if any(shares) else 1
