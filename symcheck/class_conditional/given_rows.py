"""Rows of numbers as people have them: lists, arrays and tensors of any library, data frames, counts.

A float may have been computed: it is the decimal of at most six digits that is rounded to it, or else the one fraction
p/q within two units in the last place, with q so small (10,000 in double precision, 60 in single) that an arbitrary
number has no such neighbour.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import frexp, isfinite
from typing import Any, Final

from symcheck.errors import ParameterError
from symcheck.language.exact import SIGNIFICANT_DIGITS

BITS: Final = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}
"""The bits of the significand of a type of an array or a tensor."""
LARGEST_DENOMINATOR: Final = {53: 10_000, 24: 60}
REACH: Final = 2
"""A fraction is recognised within so many units in the last place."""


def rows_of(given: object, name: str, or_else: str = "", *, keeps_rounded: bool = False) -> list[list[object]]:
    """The rows of ``given`` as numbers that are exact, and whatever else stood in them.

    ``or_else``: what else is accepted, for the error.  Raises ``ParameterError`` for what has no rows, masked arrays,
    and floats that are no simple number, which are left as they are if it ``keeps_rounded``.
    """
    refuse_mask(given, name)
    made = _plain(given)
    try:
        lines = list(_no_text(made[0]))
    except TypeError:
        raise ParameterError(
            f"{name}: got {type(given).__name__}; give rows of numbers such as ((0.9, 0.1), (0.2, 0.8)){or_else}"
        ) from None
    found = []
    known = _Recognised(keeps_rounded)
    for i, line in enumerate(lines):
        refuse_mask(line, f"{name}, row {i + 1}")
        row, bits = _plain(line)
        try:
            entries = list(_no_text(row))
        except TypeError:
            raise ParameterError(
                f"{name}: got {type(line).__name__} in the place of row {i + 1}; give rows of numbers such as "
                "((0.9, 0.1), (0.2, 0.8))"
            ) from None
        bits = bits or made[1] or BITS["float64"]
        found.append([_entry(x, f"{name}[{i + 1},{j + 1}]", bits, known) for j, x in enumerate(entries)])
    return found


def _no_text(made: Any) -> Any:
    """``made``; raises ``TypeError`` for a text, whose letters are no rows."""
    if isinstance(made, str | bytes | dict):
        raise TypeError
    return made


def refuse_mask(given: object, name: str) -> None:
    """Raises ``ParameterError`` for a masked array: what is masked would be read as if it were not."""
    # By the name of its module: nothing here imports numpy.
    if type(given).__module__.startswith("numpy.ma"):
        raise ParameterError(
            f"{name}: got a masked array, whose masked entries are missing; fill them in (filled(value)), or leave "
            "their rows and columns out"
        )


def counted(rows: Sequence[Sequence[object]]) -> list[list[object]] | None:
    """n_ij/n_i where ``rows`` are counts n_ij: whole numbers that do not add up to 1 in every row; else None.

    Raises ``ParameterError`` for a negative count, and for a class that was never labelled.
    """
    exact = [[Fraction(x) for x in row if isinstance(x, int | Fraction) and not isinstance(x, bool)] for row in rows]
    if any(len(row) < len(given) for row, given in zip(exact, rows, strict=True)):
        return None
    # Whole numbers that add up to 1 in every row are probabilities already: a 1 and zeros.
    if any(x.denominator != 1 for row in exact for x in row) or all(sum(row) == 1 for row in exact):
        return None
    sums = [sum(row) for row in exact]
    for i, row in enumerate(exact):
        for j, x in enumerate(row):
            if x < 0:
                raise ParameterError(f"T[{i + 1},{j + 1}]: got {x}; probabilities and counts are not negative")
        if not sums[i]:
            raise ParameterError(without_label("T", i))
    return [[x / total for x in row] for row, total in zip(exact, sums, strict=True)]


def without_label(name: str, row: int) -> str:
    """That this ``row`` of counts, from 0, is empty, for an error."""
    return (
        f"{name}: row {row + 1} has no label at all; these are counts, and its rates are not known: leave the class "
        "out, row and column"
    )


def recognised(value: float, bits: int = 53) -> Fraction | None:
    """The number that a float with ``bits`` bits was rounded from, None if no simple one is near.

    >>> recognised(1 - 0.9), recognised(0.1 / 9), recognised(0.123456789)
    (Fraction(1, 10), Fraction(1, 90), None)
    """
    exact, unit = Fraction(value), Fraction(2) ** (frexp(value)[1] - bits)
    for digits in range(SIGNIFICANT_DIGITS):
        decimal = Fraction(f"{value:.{digits}e}")
        # Within half a unit: this decimal is rounded to this very float.
        if abs(decimal - exact) * 2 <= unit:
            return decimal
    # Small precisions have too few bits to tell a fraction from any other number: there only decimals and whole numbers
    # count.
    near = exact.limit_denominator(LARGEST_DENOMINATOR.get(bits, 1))
    reach = REACH * Fraction(2) ** (1 - bits)  # of 1: a rate 1 - x has the rounding of 1
    return near if abs(near - exact) <= max(unit, reach) and near else None


def _plain(given: object) -> tuple[Any, int | None]:
    """A frame, an array or a tensor as lists, with the bits of its floats; anything else as it is."""
    made: Any = given
    # A file has a method detach as well.
    if hasattr(made, "read"):
        return None, None
    if hasattr(made, "to_numpy"):
        made = made.to_numpy()
    # A tensor may lie on a device, and carry a graph.
    if hasattr(made, "detach"):
        made = made.detach().cpu()
    if not hasattr(made, "tolist"):
        return made, None
    kind = str(getattr(made, "dtype", "")).removeprefix("torch.")
    return made.tolist(), BITS.get(kind)


class _Recognised:
    """Numbers of one table that were recognised: uniform noise has two, and each is looked for once."""

    def __init__(self, keeps_rounded: bool) -> None:
        self.keeps_rounded = keeps_rounded
        self._known: dict[tuple[float, int], Fraction | None] = {}
        self._is_rounded = False

    def of(self, value: float, bits: int) -> Fraction | None:
        """As ``recognised``; None for whatever is new once a float was none, as then the table is a rounded one."""
        if (value, bits) not in self._known:
            found = None if self._is_rounded else recognised(value, bits)
            self._is_rounded = self._is_rounded or found is None
            self._known[value, bits] = found
        return self._known[value, bits]


def _entry(value: object, name: str, bits: int, known: _Recognised) -> object:
    """An entry: a number of NumPy as Python's, a float of an array as the number it was rounded from."""
    if hasattr(value, "tolist") and hasattr(value, "dtype"):
        value, precision = _plain(value)
        bits = precision or bits
    if not isinstance(value, float) or not isfinite(value):
        return value
    found = known.of(value, bits)
    if found is None and known.keeps_rounded:
        return value
    if found is None:
        raise ParameterError(
            f"{name}: the float {value!r} is rounded, and no simple number is near it; write the exact one, such as "
            "Fraction(1, 3) or '1/3', give counts, or ask numerics.human_labels(T=T), which takes it with its rounding"
        )
    return found
