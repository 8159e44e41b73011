"""The command ``symcheck forecast``: what training on noisy labels will give, before any training."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from numerics.commands.data_options import real, samples_arguments, samples_options, whole
from numerics.commands.output import Joined, answer, out_arguments, output_of
from numerics.commands.process import certified, exit_code
from numerics.errors import FiniteError, NoiseError
from symcheck.intake.command_help import Example, Group, Help
from symcheck.intake.pair import pair_arguments

HELP = Help(
    summary="forecast what training on noisy labels gives, before any training",
    group=Group.TRAIN,
    takes="[LOSS REG]",
    text=(
        "Says, before any training, how often a linear model trained on noisy labels will predict what the clean one "
        "does, and how often it will be right: at large lambda, where every certified pair predicts the same, or of "
        "one pair at one lambda. The labels of DATA are the clean ones; noisy ones are drawn. LOSS and REG are names "
        "that symcheck list shows, formulas, or code in files, losses.py:MyLoss."
    ),
    examples=(
        Example("symcheck forecast --data iris --rho 0.3 --test 0.3", "at large lambda, for every certified pair"),
        Example("symcheck forecast cross_entropy l2 --lambda 0.1 --data iris --rho 0.3", "of one pair at one lambda"),
        Example(
            "symcheck forecast --data flowers.parquet --label species --T T.csv --against n",
            "other noise, several numbers of labels",
        ),
    ),
    exit_codes={0: "a forecast"},
)

AXES = ("n", "rho", "features")


def forecast(argv: Sequence[str]) -> int:
    """Runs ``symcheck forecast`` with the arguments ``argv``; returns the exit code."""
    return exit_code("forecast", HELP, arguments, _forecast, argv)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    pair_arguments(parser)
    samples_arguments(parser)
    parser.add_argument("--rho", metavar="RATE", help="the flip rate of uniform noise: a label becomes another class")
    parser.add_argument(
        "--T", metavar="T", help="any other noise: row i says how class i is labelled, as text or in a file"
    )
    parser.add_argument("--lambda", metavar="L", help="the weight of REG, with LOSS and REG (default: large)")
    parser.add_argument("--steps", metavar="K", default="10", help="steps of a fit at that lambda (default: 10)")
    parser.add_argument("--n", metavar="N", help="so many labels in the place of one for each sample")
    parser.add_argument("--draws", metavar="N", default="100", help="draws of the labels (default: 100)")
    parser.add_argument("--seed", metavar="N", default="0", help="the seed of the draws (default: 0)")
    parser.add_argument(
        "--against", metavar="AXIS", choices=AXES, help="a row for each of several n, rho or numbers of features"
    )
    parser.add_argument("--clean", metavar="SHARE", help="say what cleaning this share of the labels would buy")
    out_arguments(parser, "report, record and figures")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")


def _forecast(given: argparse.Namespace) -> int:
    out = output_of(given)
    from numerics.noise.shares import share_of

    weight = getattr(given, "lambda")
    has_pair = bool(given.names or given.formula or given.regularizer_formula)
    if has_pair != (weight is not None):
        raise FiniteError(
            "--lambda: give LOSS, REG and --lambda for a forecast of this pair, or none of them for large lambda, where"
            " every certified pair predicts the same"
        )
    if (given.rho is None) == (given.T is None):
        raise NoiseError("--rho, --T: give one of them: a flip rate, --rho 0.3, or a matrix, --T '0.9 0.1; 0.2 0.8'")
    options = samples_options(given)
    rho = None if given.rho is None else share_of(given.rho, "--rho")
    n = None if given.n is None else whole(given.n, "--n", 1)
    draws, seed, steps = (
        whole(given.draws, "--draws", 2),
        whole(given.seed, "--seed", 0),
        whole(given.steps, "--steps", 0),
    )
    lambda_ = None if weight is None else real(weight, "--lambda")
    share = None if given.clean is None else real(given.clean, "--clean")
    certificate = certified(given, "forecast") if has_pair else None
    from numerics.commands.result_files import (
        Result,
        folder_files,
        record_text,
    )  # what is wrong is told: what follows loads torch
    from numerics.finite.forecast.forecast import forecast as forecast_of
    from numerics.progress import bar

    out.make()
    more: dict[str, Result] = {}
    with bar("forecast") as progress:
        found = forecast_of(
            given.data, rho=rho, T=given.T, n=n, cert=certificate, lambda_=lambda_, steps=steps, draws=draws, seed=seed,
            progress=progress, **options,
        )  # fmt: skip
        if given.against:
            more[f"against_{given.against}"] = getattr(found, f"against_{given.against}")(progress=progress)
        if share is not None:
            more["cleaned"] = found.cleaned(share, progress=progress)
    page = Joined(found, more) if more else found
    answer(page, given, out, lambda: record_text(found, more), lambda: folder_files("forecast", found, more))
    return 0
