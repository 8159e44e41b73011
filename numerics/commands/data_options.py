"""The options of every command that takes data, and how their values are read."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from typing import TypedDict

from numerics.errors import DataError, FiniteError
from symcheck.errors import SymcheckError, shown
from symcheck.intake.completed_names import Named, completes

FILE = "a CSV file with a line of column names, a parquet file, or an .npz file of arrays X and y"
LONGEST = 9
"""Digits of the largest whole number that is read."""
_SHARE = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)


class SamplesOptions(TypedDict):
    """What ``samples_of`` is given beside the data."""

    label: str | None
    without: list[str]
    transform: str
    test: object
    split: int


def data_arguments(parser: argparse.ArgumentParser, default: str = "digits", *, several: bool = False) -> None:
    """Adds --data, which may be ``several``, --label and --without."""
    if several:
        data = parser.add_argument(
            "--data",
            metavar="DATA",
            action="append",
            help=f"* a data set (symcheck list datasets), or {FILE} (default: {default})",
        )
    else:
        data = parser.add_argument(
            "--data",
            metavar="DATA",
            default=default,
            help=f"a data set (symcheck list datasets), or {FILE} (default: {default})",
        )
    completes(data, Named.DATA)
    parser.add_argument(
        "--label", metavar="COLUMN",
        help="the column of the file that holds the classes (default: label, target, class or y, or the one of names)",
    )  # fmt: skip
    parser.add_argument(
        "--without", metavar="COLUMN", action="append", default=[], help="leave this column out; may be repeated"
    )


def samples_arguments(parser: argparse.ArgumentParser, test: str | None = None) -> None:
    """Adds the options of ``data_arguments``, --transform, --test, by default ``test``, and --split."""
    data_arguments(parser)
    parser.add_argument(
        "--transform", metavar="T", default="raw", help="raw, standardised or relu(500, seed=0); a bias is always added"
    )
    told = "no test part" if test is None else test
    parser.add_argument(
        "--test", metavar="PART", default=test,
        help=f"the test part: a share of the samples, 0.3, or data as --data (default: {told})",
    )  # fmt: skip
    parser.add_argument("--split", metavar="SEED", default="0", help="the seed that draws that share (default: 0)")


def samples_options(given: argparse.Namespace) -> SamplesOptions:
    """The values of these options; raises ``DataError`` and ``UnknownNameError`` before anything is read."""
    from numerics.data.named import check_named

    check_named(given.data)
    test = test_part(given.test)
    split = whole(given.split, "--split", 0, DataError)
    return {
        "label": given.label, "without": given.without, "transform": given.transform, "test": test, "split": split
    }  # fmt: skip


def test_part(text: str | None) -> float | str | None:
    """What --test stands for: a share, data, or nothing; raises ``UnknownNameError`` for the name of no data."""
    from numerics.data.named import check_named

    if text is not None and _SHARE.fullmatch(text.strip()):
        return float(text)
    if text is not None:
        check_named(text, "test")
    return text


def whole(text: str, name: str, least: int, error: type[SymcheckError] = FiniteError) -> int:
    """The whole number that ``text`` writes; raises ``error`` unless it is one from ``least`` on.

    >>> whole("12", "--draws", 2)
    12
    """
    if not re.fullmatch(rf"\d{{1,{LONGEST}}}", text.strip(), re.ASCII) or int(text) < least:
        raise error(f"{name}: got {shown(text, 80)}; accepted is a whole number from {least} on")
    return int(text)


def real(text: str, name: str) -> float:
    """The number that ``text`` writes, "1/3" as well; raises ``FiniteError`` for what is none.

    >>> real("1/4", "--delta")
    0.25
    """
    first, slash, second = text.partition("/")
    parts = [first, second] if slash else [first]
    if not all(_SHARE.fullmatch(part.strip()) for part in parts) or (slash and float(second) == 0):
        raise FiniteError(f"{name}: got {shown(text, 80)}; accepted is a number, such as 0.05 or 1/20")
    return float(first) / float(second) if slash else float(first)


def reals(texts: Mapping[str, str | None]) -> dict[str, float]:
    """The numbers of the options that are given, by what they are called in Python."""
    return {
        name: real(text, f"--{name.rstrip('_').replace('_', '-')}") for name, text in texts.items() if text is not None
    }
