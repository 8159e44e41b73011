"""The command ``symcheck choose-lambda``: the lambda that a careful person takes, with what speaks for each."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from numerics.commands.data_options import real, samples_arguments, samples_options, whole
from numerics.commands.output import answer, out_arguments, output_of
from numerics.commands.process import certified, exit_code
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.pair import pair_arguments

HELP = Help(
    summary="choose lambda by what is certified, forecast and seen on noisy labels",
    group=Group.TRAIN,
    takes="LOSS REG --rho RATE",
    text=(
        "Shows for several lambda, side by side, the share of the samples whose prediction exact noise provably does "
        "not move, the agreement and accuracy that draws of the labels will give at test points, and what a fit to "
        "noisy labels shows on the noisy labels of others; and says which lambda a careful person takes, and by which "
        "rule. LOSS and REG are names that symcheck list shows, formulas, or code in files, losses.py:MyLoss."
    ),
    examples=(
        Example("symcheck choose-lambda cross_entropy l2 --data iris --rho 0.3", "clean labels, noise of one rate"),
        Example(
            "symcheck choose-lambda gce l2 --data seen.csv --label seen --labels noisy --rho 0.2",
            "noisy labels of your own",
        ),
    ),
    exit_codes={0: "a lambda is chosen", 1: "none can be"},
)


def choose_lambda(argv: Sequence[str]) -> int:
    """Runs ``symcheck choose-lambda`` with the arguments ``argv``; returns the exit code."""
    return exit_code("choose-lambda", HELP, arguments, _chosen, argv)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    pair_arguments(parser)
    samples_arguments(parser, test="0.3")
    parser.add_argument(
        "--rho", metavar="RATE", required=True, help="the flip rate of uniform noise: a label becomes another class"
    )
    parser.add_argument(
        "--labels", metavar="KIND", default="clean", help="what the labels of DATA are, clean or noisy (default: clean)"
    )
    parser.add_argument(
        "--lambda", metavar="L", action="append", help="a lambda to try; may be repeated (default: .01 to 100)"
    )
    parser.add_argument(
        "--share", metavar="P", default="0.9", help="the share of the samples to be certified (default: 0.9)"
    )
    parser.add_argument("--draws", metavar="N", default="50", help="draws of the labels of a forecast (default: 50)")
    parser.add_argument("--seed", metavar="N", default="0", help="the seed of the draws (default: 0)")
    out_arguments(parser, "report, record and figure")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")


def _chosen(given: argparse.Namespace) -> int:
    out = output_of(given)
    from numerics.noise.shares import share_of

    options, rho = samples_options(given), share_of(given.rho, "--rho")
    share, draws, seed = real(given.share, "--share"), whole(given.draws, "--draws", 2), whole(given.seed, "--seed", 0)
    lambdas = [real(text, "--lambda") for text in getattr(given, "lambda") or []]
    certificate = certified(given, "choose-lambda")
    from numerics.commands.result_files import (
        folder_files,
        record_text,
    )  # after what is wrong is told: what follows loads torch
    from numerics.finite.choose.choosing import LAMBDAS
    from numerics.finite.choose.choosing import choose_lambda as choice_of
    from numerics.progress import bar

    out.make()
    with bar("choose-lambda") as progress:
        found = choice_of(
            certificate, given.data, rho=rho, lambdas=lambdas or LAMBDAS, labels=given.labels, share=share, draws=draws,
            seed=seed, progress=progress, **options,
        )  # fmt: skip
    answer(found, given, out, lambda: record_text(found), lambda: folder_files("choose_lambda", found))
    return 1 if found.lambda_ is None else 0
