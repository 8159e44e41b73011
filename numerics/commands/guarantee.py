"""The command ``symcheck guarantee``: the lambda from which on noise provably moves no prediction, sample by sample."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from numerics.commands.data_options import real, samples_arguments, samples_options, whole
from numerics.commands.output import answer, out_arguments, output_of
from numerics.commands.process import certified, exit_code
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.pair import pair_arguments

HELP = Help(
    summary="say from which lambda on noise provably moves no prediction",
    group=Group.TRAIN,
    takes="LOSS REG",
    text=(
        "Says for each sample of DATA the lambda from which on the model trained on clean labels and the one trained "
        "on their exact noisy law provably predict the same, for one rate of noise and for every rate, and the share "
        "of the samples at several lambda. Nothing is trained. LOSS and REG are names that symcheck list shows, "
        "formulas, or code in files, losses.py:MyLoss."
    ),
    examples=(
        Example("symcheck guarantee cross_entropy l2 --data iris --rho 0.3", "noise of one rate"),
        Example(
            "symcheck guarantee gce l2 --param q=7/10 --data iris --rho 0.3 --lambda 0.5 --lambda 2", "at two lambda"
        ),
        Example(
            "symcheck guarantee cross_entropy l2 --data flowers.csv --label species --out guarantee",
            "data of your own, with a report",
        ),
    ),
    exit_codes={0: "a bound", 1: "no bound is known, or nothing is certified by it"},
)


def guarantee(argv: Sequence[str]) -> int:
    """Runs ``symcheck guarantee`` with the arguments ``argv``; returns the exit code."""
    return exit_code("guarantee", HELP, arguments, _guaranteed, argv)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
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
    out_arguments(parser, "report, record and figure")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")


def _guaranteed(given: argparse.Namespace) -> int:
    out = output_of(given)
    from numerics.noise.shares import share_of

    options, steps = samples_options(given), whole(given.steps, "--steps", 0)
    rho = None if given.rho is None else share_of(given.rho, "--rho")
    lambdas = [real(text, "--lambda") for text in getattr(given, "lambda") or []]
    certificate = certified(given, "guarantee")
    from numerics.commands.result_files import (
        folder_files,
        record_text,
    )  # what is wrong is told: what follows loads torch
    from numerics.finite.guarantee.guarantee import guarantee as guarantee_of
    from numerics.progress import bar

    out.make()
    with bar("guarantee") as progress:
        found = guarantee_of(
            certificate, given.data, rho=rho, lambdas=lambdas or None, steps=steps, reference=given.reference,
            progress=progress, **options,
        )  # fmt: skip
        shares = [line.every_rate if rho is None else line.alone for line in found.table]
    answer(found, given, out, lambda: record_text(found), lambda: folder_files("guarantee", found))
    return 0 if any(shares) else 1
