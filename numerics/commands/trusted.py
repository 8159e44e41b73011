"""The command ``symcheck trusted``: which predictions from noisy labels the clean labels would have given too."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from numerics.commands.data_options import real, samples_arguments, samples_options
from numerics.commands.output import answer, out_arguments, output_of
from numerics.commands.process import exit_code
from symcheck.intake.command_help import Example, Group, Help

HELP = Help(
    summary="say which predictions from noisy labels the clean ones would give",
    group=Group.TRAIN,
    takes="",
    text=(
        "Says which predictions of the linear model at large lambda, from the labels of DATA, which are noisy, the "
        "clean labels would have given too, at confidence 1 - DELTA a point: by a bound, and by the normal law. "
        "Without --test the points are the samples, each predicted without its own label."
    ),
    examples=(
        Example("symcheck trusted --data iris --rho 0.1", "the labels of iris, as if one in ten were another"),
        Example(
            "symcheck trusted --data noisy.npz --rho 0.1,0.3 --delta 0.01 --test new.npz --out trusted",
            "a range of rates, other points, a report",
        ),
    ),
    exit_codes={0: "some predictions are trusted", 1: "none is"},
)


def trusted(argv: Sequence[str]) -> int:
    """Runs ``symcheck trusted`` with the arguments ``argv``; returns the exit code."""
    return exit_code("trusted", HELP, arguments, _trusted, argv)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    samples_arguments(parser)
    parser.add_argument(
        "--rho", metavar="RATE",
        help="the flip rate of uniform noise, or a range that it lies in, 0.1,0.3 (default: it is not known)",
    )  # fmt: skip
    parser.add_argument(
        "--delta",
        metavar="P",
        default="0.05",
        help="the chance that a point is trusted and the clean labels would predict otherwise, at most (default: 0.05)",
    )
    parser.add_argument("--all-points", action="store_true", help="delta for all points together, not for each")
    out_arguments(parser, "report, record and figure")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")


def _trusted(given: argparse.Namespace) -> int:
    out = output_of(given)
    from numerics.noise.shares import share_of

    options, delta = samples_options(given), real(given.delta, "--delta")
    rates = [] if given.rho is None else [share_of(text, "--rho") for text in given.rho.split(",")]
    rho = None if not rates else rates[0] if len(rates) == 1 else tuple(rates)
    from numerics.commands.result_files import folder_files, record_text
    from numerics.finite.trusted.trusting import trusted as trusted_in
    from numerics.progress import bar

    out.make()
    with bar("trusted") as progress:
        found = trusted_in(
            given.data, rho=rho, delta=delta, all_points=given.all_points, progress=progress, **options
        )  # fmt: skip
    answer(found, given, out, lambda: record_text(found), lambda: folder_files("trusted", found))
    return 0 if bool(found.by_bound.any() or found.normal.any()) else 1
