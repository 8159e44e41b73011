"""The command ``symcheck trusted``: which predictions from noisy labels the clean labels would have given too."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from numerics.commands.data_options import real, samples_arguments, samples_options
from numerics.commands.process import Parser, exit_code

SUMMARY = "say which predictions from noisy labels the clean ones would give"
DESCRIPTION = """\
Says which predictions of the linear model at large lambda, from the labels of DATA, which are noisy, the clean labels
would have given too, at confidence 1 - DELTA a point: by a bound, and by the normal law.  Without --test the points are
the samples, each predicted without its own label."""

EPILOG = """\
exit codes: 0 some are trusted, 1 none is, 64 bad usage, 130 interrupted
examples: symcheck trusted --data noisy.csv --label seen --rho 0.2
          symcheck trusted --data noisy.npz --rho 0.1,0.3 --delta 0.01 --test new.npz --out trusted"""


def trusted(argv: Sequence[str]) -> int:
    """Runs ``symcheck trusted`` with the arguments ``argv``; returns the exit code."""
    return exit_code(_parser(), _trusted, argv)


def _parser() -> Parser:
    parser = Parser("trusted", DESCRIPTION, EPILOG)
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
    parser.add_argument("--out", metavar="FOLDER", help="write report, record and figure there")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    return parser


def _trusted(given: argparse.Namespace) -> int:
    from numerics.noise.shares import share_of

    options, delta = samples_options(given), real(given.delta, "--delta")
    rates = [] if given.rho is None else [share_of(text, "--rho") for text in given.rho.split(",")]
    rho = None if not rates else rates[0] if len(rates) == 1 else tuple(rates)
    from numerics.commands.result_files import shown, store
    from numerics.finite.trusted.trusting import trusted as trusted_in
    from numerics.progress import bar

    with bar("trusted") as progress:
        found = trusted_in(
            given.data, rho=rho, delta=delta, all_points=given.all_points, progress=progress, **options
        )  # fmt: skip
    if given.out:
        store("trusted", found, {}, given.out)
    print(shown(found, {}, as_json=given.json))
    if given.out and not given.json:
        print(f"\nreport, record and figure: {given.out}")
    return 0 if bool(found.by_bound.any() or found.normal.any()) else 1
