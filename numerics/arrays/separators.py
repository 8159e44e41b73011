"""The sign between the columns of a CSV file."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

SEPARATORS = "\t;,|"
"""What may stand between columns; where two would do, the earlier one."""

LOOKED_AT = 200
"""So many lines decide which sign it is."""


def given_separator(line: str) -> str | None:
    """The sign that a first line ``sep=;`` names."""
    found = re.fullmatch(r"sep=([\t;,|])\s*", line)
    return None if found is None else found.group(1)


def guessed_separator(lines: Sequence[str]) -> str:
    """The sign that cuts all the lines into equally many columns, and into the most."""
    best, found = (False, 1), ","
    for separator in SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=separator, skipinitialspace=True) if row]
        except csv.Error:
            continue
        if len(lines) >= LOOKED_AT and len(widths) > 2:
            widths.pop()  # an entry in quotes may go on below
        rank = len(set(widths)) == 1 and widths[0] > 1, widths[0] if widths else 1
        if rank > best:
            best, found = rank, separator
    return found
