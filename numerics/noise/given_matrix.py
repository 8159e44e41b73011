"""Matrices T as people have them, in exact numbers, and how exactly they are known; read without torch or NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from numerics.errors import NoiseError
from numerics.noise.frames import frame_classes
from numerics.noise.shares import plain, share_of
from symcheck.class_conditional.given_rows import BITS, REACH, counted, recognised, rows_of
from symcheck.errors import shown

Rows = tuple[tuple[Fraction, ...], ...]

LARGEST_SLACK: Final = Fraction(1, 10**9)
"""How far a row of rounded probabilities may be from summing to 1."""


@dataclass(frozen=True)
class GivenMatrix:
    """The ``rows`` of T, which sum to 1, each entry known up to ``reach``: 0 if exactly.

    ``is_counted``: the rows are n_ij/n_i of counts n_ij.
    """

    rows: Rows
    reach: Fraction
    is_counted: bool


def given_matrix(given: object) -> GivenMatrix:
    """T (C, C) of probabilities or counts: lists, an array, a tensor, a frame whose rows and columns are the classes.

    Floats are the simple numbers that they were rounded from; with a float that is none, or rows that miss 1 by
    rounding, T is known up to rounding, and scaled.  Raises ``NoiseError`` for a table that is not square or not
    stochastic, ``ParameterError`` for what is none and for counts with an empty row, ``NumberError`` for a text that is
    no number.

    >>> given_matrix([[0.9, 0.1], ["1/3", "2/3"]]).rows[1]
    (Fraction(1, 3), Fraction(2, 3))
    """
    if isinstance(given, str | bytes):
        raise NoiseError(
            f"T: got the text {shown(given)}; accepted are rows of numbers, such as [[0.9, 0.1], [0.2, 0.8]]"
        )
    frame_classes(given)
    table = rows_of(given, "T", keeps_rounded=True)
    count = len(table)
    if count < 2 or any(len(row) != count for row in table):
        lengths = ", ".join(sorted({str(len(row)) for row in table})) or "no"
        raise NoiseError(
            f"T: got {count} rows of {lengths} entries; accepted are C rows of C entries, C >= 2, a row for each class"
        )
    shares = counted([[_whole(x) for x in row] for row in table])
    if shares is not None:
        return GivenMatrix(tuple(tuple(x for x in row if isinstance(x, Fraction)) for row in shares), Fraction(0), True)
    # Uniform noise has two numbers, and each of them is read once.
    known: dict[object, Fraction] = {}
    rows = tuple(
        tuple(_share(x, f"T[{i + 1},{j + 1}]", known) for j, x in enumerate(row)) for i, row in enumerate(table)
    )
    floats = {x for row in table for x in row if isinstance(x, float)}
    unit = _unit(given) or (Fraction(2) ** -52 if floats else Fraction(0))
    if not unit or (all(sum(row) == 1 for row in rows) and all(recognised(x) is not None for x in floats)):
        return GivenMatrix(_scaled(rows, Fraction(0)), Fraction(0), False)
    return GivenMatrix(_scaled(rows, max(LARGEST_SLACK, count * unit)), REACH * unit, False)


def _whole(entry: object) -> object:
    """A whole float as the number that it is: counts that were read from a file are often floats."""
    return int(entry) if isinstance(entry, float) and entry.is_integer() else entry


def _share(entry: object, name: str, known: dict[object, Fraction]) -> Fraction:
    if not isinstance(entry, float):
        return share_of(entry, name)
    if entry not in known:
        known[entry] = share_of(entry, name)
    return known[entry]


def _scaled(rows: Rows, slack: Fraction) -> Rows:
    """The rows divided by their sums, which may miss 1 by ``slack``; raises ``NoiseError`` naming the first other."""
    sums = [sum(row, Fraction(0)) for row in rows]
    for i, total in enumerate(sums):
        if abs(total - 1) > slack:
            turned = all(abs(sum(column, Fraction(0)) - 1) <= slack for column in zip(*rows, strict=True))
            raise NoiseError(
                f"T: row {i + 1} sums to {plain(total)}; accepted are rows that sum to 1, a row for each clean class"
                + ("; its columns do: give T transposed" if turned else "")
            )
    return tuple(tuple(x / total for x in row) for row, total in zip(rows, sums, strict=True))


def _unit(given: object) -> Fraction | None:
    """The unit in the last place of 1 in the type of an array, a tensor, a frame or of rows of these; else None."""
    values = given.to_numpy() if hasattr(given, "to_numpy") else given
    parts = [values, *(values if isinstance(values, list | tuple) else ())]
    kinds = {str(getattr(x, "dtype", "")).removeprefix("torch.") for x in parts} & BITS.keys()
    return max((Fraction(2) ** (1 - BITS[kind]) for kind in kinds), default=None)
