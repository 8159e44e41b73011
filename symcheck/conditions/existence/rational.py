"""Exact values of formulas at rational points, where their form shows that they are rational numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final

from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray
from symcheck.reason import Code, Reason, Undecided

Numbers = tuple[Fraction, ...]

HIGHEST: Final = 64
"""Powers up to this one are computed."""

NO_VALUE: Final = Undecided(Reason(Code.UNMAPPED_OP, "the value is no rational number by its form", "look at balls"))


def rational_value(formula: Formula, z: Sequence[Fraction], parameters: Mapping[str, Fraction]) -> Fraction | None:
    """``formula`` at ``z`` and these values, label 1; None where the form does not show it to be rational."""
    try:
        (value,) = _RationalReading(z, parameters).read(formula)
    except Undecided:
        return None
    return value


class _RationalReading(Reading[Numbers]):
    def __init__(self, z: Sequence[Fraction], parameters: Mapping[str, Fraction]) -> None:
        self._z, self._parameters, self._count = tuple(z), parameters, len(z)

    def number(self, value: Fraction) -> Numbers:
        return (value,)

    def parameter(self, name: str) -> Numbers:
        if name not in self._parameters:
            raise NO_VALUE
        return (self._parameters[name],)

    def classes(self) -> Numbers:
        return (Fraction(self._count),)

    def logits(self) -> Numbers:
        return self._z

    def onehot(self) -> Numbers:
        return tuple(Fraction(int(i == 0)) for i in range(self._count))

    def class_parameter(self, array: VectorArray) -> Numbers:
        return self._rows(array)[0]

    def apply(self, array: MatrixArray, v: Numbers, *, transposed: bool) -> Numbers:
        rows = self._rows(array)
        lines = tuple(zip(*rows, strict=True)) if transposed else rows
        wide = self._wide(v)
        return tuple(sum((a * x for a, x in zip(line, wide, strict=True)), Fraction(0)) for line in lines)

    def _rows(self, array: VectorArray | MatrixArray) -> tuple[Numbers, ...]:
        if array.values is None:
            raise NO_VALUE
        return array.values

    def _wide(self, v: Numbers) -> Numbers:
        return v * (self._count // len(v))

    def _each(self, function: Callable[..., Fraction], *values: Numbers) -> Numbers:
        size = max(map(len, values))
        return tuple(function(*x) for x in zip(*(v * (size // len(v)) for v in values), strict=True))

    def add(self, a: Numbers, b: Numbers) -> Numbers:
        return self._each(lambda x, y: x + y, a, b)

    def neg(self, a: Numbers) -> Numbers:
        return self._each(lambda x: -x, a)

    def mul(self, a: Numbers, b: Numbers) -> Numbers:
        return self._each(lambda x, y: x * y, a, b)

    def div(self, a: Numbers, b: Numbers) -> Numbers:
        if 0 in b:
            raise NO_VALUE
        return self._each(lambda x, y: x / y, a, b)

    def pow(self, a: Numbers, b: Numbers) -> Numbers:
        if any(e.denominator > 1 or abs(e) > HIGHEST for e in b) or (0 in a and any(e <= 0 for e in b)):
            raise NO_VALUE
        return self._each(lambda x, e: x ** int(e), a, b)

    def exp(self, a: Numbers) -> Numbers:
        # e^x is irrational for every rational x but 0, and so is log x for every one but 1.
        if any(a):
            raise NO_VALUE
        return (Fraction(1),) * len(a)

    def log(self, a: Numbers) -> Numbers:
        if any(x != 1 for x in a):
            raise NO_VALUE
        return (Fraction(0),) * len(a)

    def abs(self, a: Numbers) -> Numbers:
        return self._each(abs, a)

    def relu(self, a: Numbers) -> Numbers:
        return self._each(lambda x: max(x, Fraction(0)), a)

    def maximum(self, a: Numbers, b: Numbers) -> Numbers:
        return self._each(max, a, b)

    def minimum(self, a: Numbers, b: Numbers) -> Numbers:
        return self._each(min, a, b)

    def total(self, v: Numbers) -> Numbers:
        return (sum(self._wide(v), Fraction(0)),)

    def take(self, v: Numbers) -> Numbers:
        return (self._wide(v)[0],)

    def amax(self, v: Numbers) -> Numbers:
        return (max(v),)

    def first(self, v: Numbers) -> Numbers:
        return tuple(x for x in self._wide(v) for _ in range(self._count))

    def second(self, v: Numbers) -> Numbers:
        return self._wide(v) * self._count

    def pair_total(self, pairs: Numbers) -> Numbers:
        return (sum(pairs * (self._count**2 // len(pairs)), Fraction(0)),)
