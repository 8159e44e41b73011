"""Elements that can be written down: no statement is made with a number in it that nobody can read."""

from __future__ import annotations

from symcheck.field.element import LONG, Element, end_bits
from symcheck.language.exact import LONGEST_NUMBER
from symcheck.language.numerals import can_be_written
from symcheck.reason import Code, Undecided


def require_writable(c: Element) -> None:
    """Nothing if the numbers in ``c`` can be written; else raises ``Undecided`` with the reason ``budget``."""
    if max(end_bits(c.n), end_bits(c.d)) <= LONG // 2:
        return
    for parts in (c.parts, c.denominator_parts):
        for coefficient, _ in parts:
            if not can_be_written(coefficient):
                raise Undecided.of(
                    Code.BUDGET,
                    f"a number of more than {LONGEST_NUMBER} digits would have to be written",
                    "give other values to parameters or C",
                )
