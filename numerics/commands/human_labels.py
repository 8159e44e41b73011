"""The command ``symcheck human-labels``: what people's labels beside the clean ones mean for certificates."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from numerics.commands.output import answer, out_arguments, output_of
from numerics.commands.process import exit_code
from numerics.commands.result_files import record_text
from numerics.errors import NoiseError
from symcheck.intake.command_help import Example, Group, Help

if TYPE_CHECKING:
    from numerics.noise.explained import Explained

HELP = Help(
    summary="say how often labels of people move, and what the theory says of them",
    group=Group.TRAIN,
    takes="[FILE]",
    text=(
        "Compares people's labels with the clean ones: how often labels move, whether the noise looks uniform, so "
        "that what a certificate says applies, and where predictions keep if it does not. The labels are two columns "
        "of a CSV file with a line of column names, or a table of counts, or a matrix of probabilities."
    ),
    examples=(
        Example('symcheck human-labels --counts "70 30; 25 75"', "how often class i was labelled j"),
        Example("symcheck human-labels labels.csv --clean truth --noisy annotator", "two columns of a file"),
        Example("symcheck human-labels --matrix transition.csv", "a matrix of probabilities"),
    ),
    exit_codes={0: "what a certificate says applies as far as can be told", 1: "it does not", 2: "it cannot be told"},
)


def human_labels(argv: Sequence[str]) -> int:
    """Runs ``symcheck human-labels`` with the arguments ``argv``; returns the exit code."""
    return exit_code("human-labels", HELP, arguments, _explained, argv)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "file", metavar="FILE", nargs="?", help="a CSV file with a line of column names; with --clean and --noisy"
    )
    parser.add_argument("--clean", metavar="COLUMN", help="the column of the clean labels")
    parser.add_argument("--noisy", metavar="COLUMN", help="the column of people's labels")
    parser.add_argument(
        "--counts", metavar="N", help="instead: how often class i was labelled j, as rows of text or in a file"
    )
    parser.add_argument("--matrix", metavar="T", help="instead: the probability of that, as rows of text or in a file")
    parser.add_argument(
        "--level", metavar="P", default="0.95", help="the confidence of intervals and tests (default: 0.95)"
    )
    parser.add_argument("--json", action="store_true", help="print numbers and sentences as JSON")
    out_arguments(parser)


def _explained(given: argparse.Namespace) -> int:
    out = output_of(given)
    sources = [name for name in ("file", "counts", "matrix") if getattr(given, name) is not None]
    if len(sources) != 1:
        raise NoiseError(
            f"labels: got {' and '.join(sources) or 'none'}; accepted is exactly one of FILE with --clean and --noisy, "
            "--counts and --matrix"
        )
    if (given.file is None) != (given.clean is None and given.noisy is None) or (given.clean is None) != (
        given.noisy is None
    ):
        raise NoiseError("--clean, --noisy: give both with a FILE, and none of them with --counts or --matrix")
    found = _labels(given)
    answer(found, given, out, lambda: record_text(found))
    if found.theory.is_rejected or found.theory.is_above_chance:
        return 1
    return 2 if found.theory.is_above_chance is None else 0


def _labels(given: argparse.Namespace) -> Explained:
    from numerics.noise.human_labels import human_labels as labels_of
    from numerics.noise.human_labels import human_labels_from_csv
    from numerics.noise.shares import share_of

    level = float(share_of(given.level, "--level"))
    if given.counts is not None:
        return labels_of(counts=given.counts, level=level)
    if given.matrix is not None:
        return labels_of(T=given.matrix, level=level)
    return human_labels_from_csv(given.file, clean=given.clean, noisy=given.noisy, level=level)
