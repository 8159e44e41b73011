"""Numbers as files have them: with a decimal point, or with the decimal comma of a European Excel."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from numerics.errors import DataError
from symcheck.errors import shown

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "<na>", "?"})
"""What stands for an entry that is missing, in small letters."""

_NUMBER = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
_SIGNS = frozenset("0123456789+-.eE")


def is_number(text: str) -> bool:
    """Whether ``text`` is a number, with a point or a comma.

    >>> is_number("-1,5e3"), is_number("1_000"), is_number("nan")
    (True, False, False)
    """
    return _NUMBER.fullmatch(text.strip()) is not None


def is_left_out(text: str) -> bool:
    """Whether ``text`` stands for an entry that is missing: nothing, NA, nan, null, None or ?."""
    return text.strip().casefold() in MISSING


class WrittenNumbers:
    """Reads the numbers of one file, ``called`` so, all of which have one decimal sign.

    ``commas``: whether a comma may be one, as where it is not the sign between columns.
    """

    def __init__(self, called: str, *, commas: bool) -> None:
        self._called, self._commas = called, commas
        self._first: dict[str, tuple[str, int]] = {}  # the first number with a point and with a comma, and its line

    def array(self, name: str, texts: Sequence[str], lines: Sequence[int]) -> NDArray[np.float64]:
        """The numbers ``texts`` of the column ``name``, which stand in the ``lines``.

        Raises ``DataError`` for an entry that is missing, no finite number, or written with the other decimal sign.
        """
        plain, signs = list(texts), set("".join(texts))
        if self._commas and "," in signs:
            self._seen(name, texts, lines)
            plain = [text.replace(",", ".") for text in texts]
            signs.discard(",")
        elif self._commas and "." in signs:
            self._seen(name, texts, lines)
        if signs <= _SIGNS:
            try:
                found = np.array(list(map(float, plain)))
            except ValueError:
                pass
            else:
                if np.isfinite(found).all():
                    return found
        raise self._refusal(name, texts, lines)

    def _seen(self, name: str, texts: Sequence[str], lines: Sequence[int]) -> None:
        """Raises ``DataError`` where it is not plain what a comma stands for."""
        numbers = [(t.strip(), line) for t, line in zip(texts, lines, strict=True) if is_number(t)]
        for sign in ".,":
            if sign not in self._first and (found := [entry for entry in numbers if sign in entry[0]]):
                self._first[sign] = found[0]
        if len(self._first) == 2:
            (point, there), (comma, here) = self._first["."], self._first[","]
            raise DataError(
                f"{name}: {self._called} has {comma} in line {here} and {point} in line {there}, and only one of comma "
                "and point can be decimal; write all numbers with decimal points, and nothing between thousands"
            )
        with_comma = [text for text, _ in numbers if "," in text]
        if 0 < len(with_comma) < len(numbers) and all(map(_THOUSANDS.fullmatch, with_comma)):
            raise DataError(
                f"{name}: {self._called} has {with_comma[0]}, which may be thousands and may be a decimal; write all "
                "numbers with decimal points, and nothing between thousands"
            )

    def _refusal(self, name: str, texts: Sequence[str], lines: Sequence[int]) -> DataError:
        for text, line in zip(texts, lines, strict=True):
            if is_left_out(text):
                return DataError(
                    f"{name}: the entry in line {line} of {self._called} is missing; leave such lines out, or fill "
                    "them in"
                )
            is_plain = is_number(text) and (self._commas or "," not in text)
            if not is_plain or not np.isfinite(float(text.replace(",", "."))):
                break
        return DataError(
            f"{name}: got {shown(text.strip(), 80)} in line {line} of {self._called}; accepted are real numbers, "
            "with decimal "
            "points; leave the column out, or turn it into numbers"
        )
