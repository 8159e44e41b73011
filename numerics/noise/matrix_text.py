"""Matrices as text: on a command line, or in a file."""

from __future__ import annotations

import csv
import re
from fractions import Fraction
from pathlib import Path
from typing import Final

from numerics.errors import NoiseError
from numerics.noise.frames import require_same
from symcheck.errors import shortened
from symcheck.language.exact import exact_text

_BETWEEN_ROWS: Final = r"[\])]\s*[,;]?\s*[\[(]"
_NUMBER: Final = re.compile(r"[\[({]*[-+]?[.\d][-+.\d/eE]*[\])}]*")
LONGEST: Final = 10**7
"""A file of a matrix has at most so many characters."""


Names = tuple[str, ...]


def matrix_in(given: str, name: str = "T") -> tuple[list[list[Fraction]], Names | None]:
    """The rows of a matrix, exactly, and the classes that it names: ``given`` is its text or the path of a file of it.

    Rows are lines, or end in semicolons, or stand in brackets; entries are separated by blanks, commas or tabs, in a
    file of several lines by semicolons as well.  A first line of names, and names in front of the rows, are those of
    the classes, as a data frame is written to a CSV file.  Raises ``NoiseError`` for a file that cannot be read, a text
    without rows or with other names in front than above, ``NumberError`` for an entry that is no number.

    >>> matrix_in("[[0.9, 0.1], [1/5, 0.8]]")[0][1]
    [Fraction(1, 5), Fraction(4, 5)]
    >>> matrix_in(",cat,dog\\ncat,80,20\\ndog,25,75")[1]
    ('cat', 'dog')
    """
    text = given if _is_text(given) else _of_file(given, name)
    lines = [line for line in text.replace("\ufeff", "").splitlines() if line.strip()]
    names = None
    if re.search(_BETWEEN_ROWS, text):
        lines = re.split(_BETWEEN_ROWS, text)
    elif len(lines) == 1:
        lines = text.split(";")
    elif lines and (table := _named(lines, name)) is not None:
        names, lines = table
    rows = [[word for word in re.split(r"[\s,;\[\](){}]+", line) if word] for line in lines]
    rows = [row for row in rows if row]
    if not rows:
        raise NoiseError(f"{name}: got no numbers; accepted are rows such as 0.9 0.1; 0.2 0.8, or a file of them")
    numbers = [
        [exact_text(word, f"{name}[{i + 1},{j + 1}]") for j, word in enumerate(row)] for i, row in enumerate(rows)
    ]
    return numbers, names


def _named(lines: list[str], name: str) -> tuple[Names, list[str]] | None:
    """The names in the first of the ``lines``, and the numbers of the others; None if it names nothing."""
    sign = next((sign for sign in "\t;," if sign in lines[0]), None)
    cells = list(csv.reader(lines, delimiter=sign)) if sign else [line.split() for line in lines]
    head, *body = [[cell.strip() for cell in row] for row in cells]
    count, width = len(body), len(body[0])
    # A name for each column, and a cell above the names of the rows that is empty, left out, or a name as well.
    if width not in (count, count + 1) or len(head) not in (count, count + 1) or len(head) > width:
        return None
    if len(head) == width and all(map(_NUMBER.fullmatch, head)):
        return None
    names = tuple(head[-count:])
    if width > count:
        require_same(tuple(row[0] for row in body), names, f"{name}: the file has")
    return names, [" ".join(row[-count:]) for row in body]


def _is_text(given: str) -> bool:
    """Whether ``given`` is a matrix itself: of several lines, or of two numbers or more and nothing else."""
    is_numbers = re.fullmatch(r"[\d\s.,;/eE+\-\[\](){}]*[\s,;][\d\s.,;/eE+\-\[\](){}]*", given)
    return not given.strip() or "\n" in given or is_numbers is not None


def _of_file(given: str, name: str) -> str:
    try:
        with Path(given).open(encoding="utf-8") as file:
            text = file.read(LONGEST + 1)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        told = getattr(error, "strerror", None) or error
        raise NoiseError(
            f"{name}: cannot read {shortened(given, 200)}: {told}; give a file of rows of numbers, or the rows "
            "themselves, 0.9 0.1; 0.2 0.8"
        ) from error
    if len(text) > LONGEST:
        raise NoiseError(f"{name}: {given} has more than {LONGEST} characters; give a file of rows of numbers")
    return text
