"""Exact values of formulas at rational points, where their form shows that they are rational numbers."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.readings.written_out import WrittenOut, by_entry
from symcheck.reason import Code, Undecided

Numbers = tuple[Fraction, ...]

HIGHEST: Final = 64
"""Powers up to this one are computed."""

NO_VALUE: Final = Undecided.of(Code.UNMAPPED_OP, "the value is no rational number by its form", "look at balls")


def rational_value(formula: Formula, z: Sequence[Fraction], parameters: Mapping[str, Fraction]) -> Fraction | None:
    """``formula`` at ``z`` and these values, label 1; None where the form does not show it to be rational."""
    try:
        (value,) = _RationalReading(z, parameters).read(formula)
    except Undecided:
        return None
    return value


def _quotient(x: Fraction, y: Fraction) -> Fraction:
    if y == 0:
        raise NO_VALUE
    return x / y


def _power(x: Fraction, e: Fraction) -> Fraction:
    if e.denominator > 1 or abs(e) > HIGHEST or (x == 0 and e <= 0):
        raise NO_VALUE
    return x ** int(e)


def _exp(x: Fraction) -> Fraction:
    # e^x is irrational for every rational x but 0, and so is log x for every one but 1.
    if x != 0:
        raise NO_VALUE
    return Fraction(1)


def _log(x: Fraction) -> Fraction:
    if x != 1:
        raise NO_VALUE
    return Fraction(0)


class _RationalReading(WrittenOut[Fraction]):
    add = by_entry(operator.add)
    neg = by_entry(operator.neg)
    mul = by_entry(operator.mul)
    div = by_entry(_quotient)
    pow = by_entry(_power)
    exp = by_entry(_exp)
    log = by_entry(_log)
    abs = by_entry(abs)
    relu = by_entry(lambda x: max(x, Fraction(0)))
    maximum = by_entry(max)
    minimum = by_entry(min)

    def __init__(self, z: Sequence[Fraction], parameters: Mapping[str, Fraction]) -> None:
        super().__init__(len(z), y=0)
        self._z, self._parameters = tuple(z), parameters

    def constant(self, value: Fraction) -> Fraction:
        return value

    def parameter(self, name: str) -> Numbers:
        if name not in self._parameters:
            raise NO_VALUE
        return (self._parameters[name],)

    def logits(self) -> Numbers:
        return self._z

    def rows(self, array: Array) -> Sequence[Sequence[Fraction]]:
        if array.values is None:
            raise NO_VALUE
        return array.values

    def summed(self, entries: Sequence[Fraction]) -> Fraction:
        return sum(entries, Fraction(0))

    def largest(self, entries: Sequence[Fraction]) -> Fraction:
        return max(entries)
