"""The options of every command that takes data."""

from __future__ import annotations

import argparse

FILE = "a CSV file with a line of column names, a parquet file, or an .npz file of arrays X and y"


def data_arguments(parser: argparse.ArgumentParser, default: str = "digits", *, several: bool = False) -> None:
    """Adds --data, which may be ``several``, --label and --without."""
    if several:
        parser.add_argument(
            "--data", metavar="DATA", action="append", help=f"* a data set, or {FILE} (default: {default})"
        )
    else:
        parser.add_argument(
            "--data", metavar="DATA", default=default, help=f"a data set, or {FILE} (default: {default})"
        )
    parser.add_argument(
        "--label", metavar="COLUMN",
        help="the column of the file that holds the classes (default: label, target, class or y, or the one of names)",
    )  # fmt: skip
    parser.add_argument(
        "--without", metavar="COLUMN", action="append", default=[], help="leave this column out; may be repeated"
    )
