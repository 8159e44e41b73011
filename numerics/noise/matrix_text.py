"""Matrices as text: on a command line, or in a file."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Final

from numerics.errors import NoiseError
from symcheck.errors import NumberError, shortened
from symcheck.language.exact import exact_text

_BETWEEN_ROWS: Final = r"[\])]\s*[,;]?\s*[\[(]"
LONGEST: Final = 10**7
"""A file of a matrix has at most so many characters."""


def matrix_in(given: str, name: str = "T") -> list[list[Fraction]]:
    """The rows of a matrix, exactly: ``given`` is its text, "0.9 0.1; 0.2 0.8", or the path of a file of such text.

    Rows are lines, or end in semicolons, or stand in brackets; entries are separated by blanks, commas or tabs, in a
    file of several lines by semicolons as well.  Raises ``NoiseError`` for a file that cannot be read or a text without
    rows, ``NumberError`` for an entry that is no number.

    >>> matrix_in("[[0.9, 0.1], [1/5, 0.8]]")[1]
    [Fraction(1, 5), Fraction(4, 5)]
    """
    text = given if not given.strip() or _is_text(given) else _of_file(given, name)
    lines = [line for line in text.replace("\ufeff", "").splitlines() if line.strip()]
    if re.search(_BETWEEN_ROWS, text):
        lines = re.split(_BETWEEN_ROWS, text)
    elif len(lines) == 1:
        lines = text.split(";")
    rows = [[word for word in re.split(r"[\s,;\[\](){}]+", line) if word] for line in lines]
    rows = [row for row in rows if row]
    if not rows:
        raise NoiseError(f"{name}: got no numbers; accepted are rows such as 0.9 0.1; 0.2 0.8, or a file of them")
    return [[_number(word, f"{name}[{i + 1},{j + 1}]") for j, word in enumerate(row)] for i, row in enumerate(rows)]


def _number(word: str, name: str) -> Fraction:
    try:
        return exact_text(word, name)
    except NumberError as error:
        raise NumberError(f"{error}; a matrix has numbers alone, and no names of rows and columns") from error


def _is_text(given: str) -> bool:
    """Whether ``given`` is a matrix itself: nothing but numbers, signs between them, and more than one word."""
    return bool(re.fullmatch(r"[\d\s.,;/eE+\-\[\](){}]*[\s,;][\d\s.,;/eE+\-\[\](){}]*", given))


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
