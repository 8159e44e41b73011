"""Tables of noise as people have them, T or counts, in exact numbers; read without torch or NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import Final

from numerics.errors import NoiseError
from numerics.noise.frames import frame_classes, numbered
from numerics.noise.matrix_text import matrix_in
from numerics.noise.shares import A_SHARE, number_of, plain
from symcheck.class_conditional.given_rows import BITS, REACH, counted, rows_of, without_label
from symcheck.errors import NumberError, ParameterError

Rows = tuple[tuple[Fraction, ...], ...]
Counts = tuple[tuple[int, ...], ...]

LARGEST_SLACK: Final = Fraction(1, 10**9)
"""How far a row of rounded probabilities may be from summing to 1."""
_NEAR: Final = Fraction(1, 100)
"""A row that is off by less has rounded entries, most likely."""
MOST_LABELS: Final = 2**53
"""Counts add up to at most so many labels."""


@dataclass(frozen=True)
class GivenMatrix:
    """The ``rows`` of T, which sum to 1, each entry known up to ``reach``: 0 if exactly; ``names`` of the classes.

    ``is_counted``: the rows are n_ij/n_i of counts n_ij.
    """

    rows: Rows
    reach: Fraction
    is_counted: bool
    names: tuple[str, ...]


def given_matrix(given: object) -> GivenMatrix:
    """T (C, C) of probabilities or counts: lists, an array, a tensor, a frame, text of rows or the path of a file.

    Floats are the simple numbers that they were rounded from; with a float that is none, or rows that miss 1 by
    rounding, T is known up to rounding, and scaled.  Whole numbers are counts, unless every row sums to 1: those of a
    permutation, the identity included, are probabilities.  Raises ``NoiseError`` for what is no square table, has an
    entry outside [0, 1] or a row that does not sum to 1, and for counts with an empty row.

    >>> given_matrix([[0.9, 0.1], ["1/3", "2/3"]]).rows[1]
    (Fraction(1, 3), Fraction(2, 3))
    """
    table = _Table.of(given, "T")
    if (shares := _shares(table.rows)) is not None:
        return GivenMatrix(shares, Fraction(0), True, table.names)
    _require_probabilities(table.rows)
    is_known = not table.unit or (table.is_exact and all(sum(row) == 1 for row in table.rows))
    slack = Fraction(0) if is_known else max(LARGEST_SLACK, len(table.rows) * table.unit)
    reach = Fraction(0) if is_known else REACH * table.unit
    return GivenMatrix(_scaled(table.rows, slack), reach, False, table.names)


def given_probabilities(given: object) -> GivenMatrix:
    """As ``given_matrix``; raises ``NoiseError`` for counts as well."""
    found = given_matrix(given)
    if found.is_counted:
        raise NoiseError(
            "T: got whole numbers, which are counts; accepted are probabilities: divide each row by its sum, or give "
            "the counts to numerics.human_labels(counts=)"
        )
    return found


def given_counts(given: object) -> tuple[Counts, tuple[str, ...]]:
    """Counts n_ij (C, C), how often class i was labelled j, of all that ``given_matrix`` takes, and the classes' names.

    Raises ``NoiseError`` for what are none.

    >>> given_counts([[70.0, 30.0], [25.0, 75.0]])[0]
    ((70, 30), (25, 75))
    """
    table = _Table.of(given, "counts")
    for i, row in enumerate(table.rows):
        for j, x in enumerate(row):
            if x < 0 or x.denominator != 1:
                raise NoiseError(
                    f"counts[{i + 1},{j + 1}]: got {plain(x)}; accepted are whole numbers, how often class i was "
                    "labelled j; probabilities are given as T="
                )
        if not any(row):
            raise NoiseError(without_label("counts", i))
    if (total := sum(map(sum, table.rows))) > MOST_LABELS:
        raise NoiseError(f"counts: they add up to {float(total):.3g}; accepted are at most 2^53 labels")
    return tuple(tuple(map(int, row)) for row in table.rows), table.names


@dataclass(frozen=True)
class _Table:
    """Square ``rows`` of numbers: exact ones, unless a float is no simple number; ``unit`` in the last place of 1."""

    rows: Rows
    names: tuple[str, ...]
    is_exact: bool
    unit: Fraction

    @classmethod
    def of(cls, given: object, name: str) -> _Table:
        try:
            return cls._read(given, name)
        except (ParameterError, NumberError) as error:
            raise NoiseError(str(error)) from error

    @classmethod
    def _read(cls, given: object, name: str) -> _Table:
        names = None
        if isinstance(given, str | Path):
            given, names = matrix_in(str(given), name)
        names = names or frame_classes(given, name)
        entries = rows_of(given, name, keeps_rounded=True)
        count = len(entries)
        if count < 2 or any(len(row) != count for row in entries):
            lengths = ", ".join(map(str, sorted({len(row) for row in entries}))) or "no"
            raise NoiseError(
                f"{name}: got {count} row{'s' * (count != 1)} of {lengths} entries; accepted are C rows of C entries, "
                "C >= 2, a row for each class"
            )
        read = _Reading("a whole number" if name == "counts" else A_SHARE)
        rows = tuple(
            tuple(read.number(x, f"{name}[{i + 1},{j + 1}]") for j, x in enumerate(row))
            for i, row in enumerate(entries)
        )
        unit = _unit(given) or (Fraction(2) ** -52 if read.saw_float or _has_float(given) else Fraction(0))
        return cls(rows, names or numbered(count), not read.saw_float, unit)


class _Reading:
    """Numbers of one table, each of which is read once; whether a float was among them that is no simple number."""

    def __init__(self, accepted: str) -> None:
        self.accepted = accepted
        self.saw_float = False
        self._known: dict[object, Fraction] = {}

    def number(self, entry: object, name: str) -> Fraction:
        """``entry`` as a fraction; raises ``NoiseError`` or ``NumberError``."""
        if isinstance(entry, Fraction):
            return entry
        if isinstance(entry, float) and isfinite(entry):
            self.saw_float = True
            return Fraction(float.__repr__(entry))
        # Not True, which is 1 for a dictionary.
        if not isinstance(entry, str) and type(entry) is not int:
            return number_of(entry, name, self.accepted)
        if entry not in self._known:
            self._known[entry] = number_of(entry, name, self.accepted)
        return self._known[entry]


def _shares(rows: Rows) -> Rows | None:
    """n_ij/n_i if ``rows`` are counts, else None; raises ``NoiseError`` for a row without any, or a negative one."""
    try:
        shares = counted(rows)
    except ParameterError as error:
        raise NoiseError(str(error)) from error
    return None if shares is None else tuple(tuple(x for x in row if isinstance(x, Fraction)) for row in shares)


def _require_probabilities(rows: Rows) -> None:
    for i, row in enumerate(rows):
        for j, x in enumerate(row):
            if 0 <= x <= 1:
                continue
            is_percent = all(min(r) >= 0 and abs(sum(r, Fraction(-100))) <= 100 * LARGEST_SLACK for r in rows)
            raise NoiseError(
                f"T[{i + 1},{j + 1}]: got {plain(x)}; accepted are probabilities from 0 to 1, or counts, which are "
                "whole numbers" + ("; every row sums to 100: divide them by that" if is_percent else "")
            )


def _scaled(rows: Rows, slack: Fraction) -> Rows:
    """The rows divided by their sums, which may miss 1 by ``slack``; raises ``NoiseError`` naming the first other."""
    sums = [sum(row, Fraction(0)) for row in rows]
    for i, total in enumerate(sums):
        if abs(total - 1) > slack:
            turned = all(abs(sum(column, Fraction(0)) - 1) <= slack for column in zip(*rows, strict=True))
            is_near = abs(total - 1) <= _NEAR
            hint = (
                "; its columns do: give T transposed" if turned else "; divide each row by its sum" if is_near else ""
            )
            raise NoiseError(
                f"T: row {i + 1} sums to {plain(total)}; accepted are rows that sum to 1, a row for each clean class"
                f"{hint}"
            )
    if all(total == 1 for total in sums):
        return rows
    return tuple(tuple(x / total for x in row) for row, total in zip(rows, sums, strict=True))


def _unit(given: object) -> Fraction | None:
    """The unit in the last place of 1 in the type of an array, a tensor, a frame or of rows of these; else None."""
    values = given.to_numpy() if hasattr(given, "to_numpy") else given
    parts = [values, *(values if isinstance(values, list | tuple) else ())]
    kinds = {str(getattr(x, "dtype", "")).removeprefix("torch.") for x in parts} & BITS.keys()
    return max((Fraction(2) ** (1 - BITS[kind]) for kind in kinds), default=None)


def _has_float(given: object) -> bool:
    """Whether a float is among the rows, as lists."""
    return isinstance(given, list | tuple) and any(
        isinstance(x, float) for row in given if isinstance(row, list | tuple) for x in row
    )
