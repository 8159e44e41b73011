"""CSV files: the sign between the columns, what these are called, and the rows, block by block."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from numerics.arrays.opened_text import UNREADABLE, encoding_of, opened, unread
from numerics.arrays.separators import LOOKED_AT, given_separator, guessed_separator
from numerics.arrays.written_numbers import is_number
from numerics.errors import DataError
from numerics.progress import Progress, silent
from symcheck.errors import did_you_mean

BLOCK, ENTRIES = 4096, 2**20
"""So many rows are read at once, or fewer with so many entries together."""

LARGE = 8 * 2**20
"""Of files with more bytes it is told how far they are read."""

MOST_NAMED = 12
"""How many columns an error lists."""


@dataclass(frozen=True)
class Block:
    """Some rows of a file, as the ``columns`` of their entries, and the ``lines`` in which they begin."""

    lines: tuple[int, ...]
    columns: tuple[tuple[str, ...], ...]

    def column(self, place: int) -> list[str]:
        """The entries of one column, without blanks around them."""
        return [*map(str.strip, self.columns[place])]

    def beginning(self, count: int) -> Block:
        """The first ``count`` of the rows."""
        return Block(self.lines[:count], tuple(column[:count] for column in self.columns))


@dataclass(frozen=True)
class CsvFile:
    """A file whose first line gives the ``names`` of its columns."""

    path: Path
    names: tuple[str, ...]
    separator: str
    encoding: str

    @property
    def listed(self) -> str:
        """The names of the columns, as errors show them."""
        shown = [name or "(no name)" for name in self.names]
        return ", ".join([*shown[:MOST_NAMED], *(["..."] if len(shown) > MOST_NAMED else [])])

    def place(self, name: str, argument: str = "column") -> int:
        """Where the column called ``name`` is; raises ``DataError``, about the ``argument``, unless there is one."""
        if self.names.count(name) == 1:
            return self.names.index(name)
        often = "more than once" if name in self.names else "not at all"
        near = did_you_mean(name, self.names) if len(self.names) > MOST_NAMED and name not in self.names else ""
        raise DataError(
            f"{argument}: {self.path} has {name!r} {often} in its first line{near}; there are: {self.listed or 'none'}"
        )

    def blocks(self, progress: Progress = silent) -> Iterator[Block]:
        """The rows below the names; empty lines are left out.

        Raises ``DataError`` for a line with more or fewer entries than there are names, and for one that is no CSV.
        """
        with opened(self.path, self.encoding) as (text, raw):
            size = os.fstat(raw.fileno()).st_size
            rows = _rows(text, self.separator, self.path, self.encoding)
            for _ in rows:  # the names
                break
            count = min(BLOCK, max(1, ENTRIES // max(1, len(self.names))))
            while some := list(islice(rows, count)):
                kept = [(line, self._checked(line, row)) for line, row in some if any(map(str.strip, row))]
                if kept:
                    lines, entries = zip(*kept, strict=True)
                    yield Block(lines, tuple(zip(*entries, strict=True)))
                if size > LARGE:
                    progress(min(raw.tell(), size), size, f"reading {self.path.name}")

    def _checked(self, line: int, row: list[str]) -> tuple[str, ...]:
        count = len(self.names)
        if len(row) < count:
            raise DataError(
                f"{self.names[len(row)]}: line {line} of {self.path} ends before this column; fill it in or leave the "
                "line out"
            )
        if any(entry.strip() for entry in row[count:]):
            raise DataError(
                f"data: line {line} of {self.path} has {len(row)} entries, and its first line {count} names; put an "
                f"entry with {_called(self.separator)} in it in quotes"
            )
        return tuple(row[:count])


def csv_file(path: str | Path) -> CsvFile:
    r"""The CSV file at ``path``, in UTF-8 or with a mark of UTF-16, plain or packed as ``.gz``.

    A tab, a semicolon, a comma or | stands between columns, entries may be in quotes, and a first line ``sep=;`` as
    Excel writes it is understood.  Raises ``DataError`` for a file that cannot be read, and for one whose first line
    holds numbers where names of columns are needed.
    """
    where = Path(path)
    encoding = encoding_of(where)
    with opened(where, encoding) as (text, _):
        try:
            lines = list(islice(text, LOOKED_AT))
        except UNREADABLE as error:
            raise unread(where, error, encoding) from error
    given = given_separator(lines[0]) if lines else None
    separator = given or guessed_separator(lines)
    with opened(where, encoding) as (text, _):
        line, names = next(_rows(text, separator, where, encoding), (1, []))
    names = [name.strip() for name in names]
    while names and not names[-1]:  # a sign at the end of each line
        names.pop()
    _check_names(where, line, names, separator)
    return CsvFile(where, tuple(names), separator, encoding)


def _check_names(path: Path, line: int, names: list[str], separator: str) -> None:
    numbers = [name for name in names if is_number(name)]
    # 0, 1, 2, ... are what pandas calls columns without names.
    whole = [int(name) for name in numbers if name.isdecimal()]
    counted = len(whole) == len(numbers) and whole in ([*range(len(whole))], [*range(1, len(whole) + 1)])
    if numbers and not counted:
        example = separator.join((*(f"x{k}" for k in range(1, len(names))), "label")[-3:])
        raise DataError(
            f"data: the first line of {path} holds the number {numbers[0]} where a column is called something: write a "
            f"line with the names of the {len(names)} columns above line {line}, which may end with {example!r}"
        )


def _rows(text: IO[str], separator: str, path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with the line in which it begins; without Excel's own first line."""
    reader = csv.reader(text, delimiter=separator, skipinitialspace=True, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except UNREADABLE as error:
            raise unread(path, error, encoding, line) from error
        if row is None:
            return
        if row and not (line == 1 and row == ["sep=", ""]):
            yield line, row


def _called(separator: str) -> str:
    return "a tab" if separator == "\t" else f"{separator!r}"
