"""Formulas with their gradients at a point z: a fold over the nodes with dual numbers of FLINT's balls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import mul
from typing import Any

from flint import arb

from benchmarks.soundness.truth.numbers import NoOpinion
from symcheck.language.formula import Formula
from symcheck.language.reading import Reading

Ball = Any
"""A ball of FLINT."""


@dataclass(frozen=True, slots=True)
class Dual:
    """A ``value`` with its derivatives by the entries of z, None where it does not depend on them."""

    value: Ball
    slopes: tuple[Ball, ...] | None = None

    def joined(self, value: Ball, slope: Ball, other: Dual | None = None, other_slope: Ball = None) -> Dual:
        """f(self, other) with this ``value``, and with ``slope`` and ``other_slope`` for its derivatives by the two."""
        parts = [(slope, self.slopes), (other_slope, other.slopes if other is not None else None)]
        kept = [(factor, slopes) for factor, slopes in parts if slopes is not None]
        if not kept:
            return Dual(value)
        return Dual(value, tuple(sum((f * s[k] for f, s in kept), arb(0)) for k in range(len(kept[0][1]))))


MOST_MULTIPLIED = 20
"""Powers up to this one are products."""

Value = list[Dual]
"""A class-vector, or a number as a list of one."""


class DualReading(Reading[Value]):
    """A formula at the scores ``z`` with the label ``y``; raises ``NoOpinion`` for what it does not know."""

    def __init__(self, z: Sequence[Ball], y: int) -> None:
        self._z, self._y = z, y

    def gradient(self, formula: Formula) -> tuple[Ball, ...]:
        """grad f(z, y)."""
        (found,) = self.read(formula)
        return found.slopes or tuple(arb(0) for _ in self._z)

    def number(self, value: Fraction) -> Value:
        return [Dual(_ball(value))]

    def parameter(self, name: str) -> Value:
        raise NoOpinion(f"the parameter {name} has no value")

    def classes(self) -> Value:
        return [Dual(arb(len(self._z)))]

    def logits(self) -> Value:
        places = range(len(self._z))
        return [Dual(x, tuple(arb(int(j == k)) for j in places)) for k, x in enumerate(self._z)]

    def onehot(self) -> Value:
        return [Dual(arb(int(k == self._y))) for k in range(len(self._z))]

    def add(self, a: Value, b: Value) -> Value:
        return _each(a, b, lambda x, y: x.joined(x.value + y.value, arb(1), y, arb(1)))

    def mul(self, a: Value, b: Value) -> Value:
        return _each(a, b, lambda x, y: x.joined(x.value * y.value, y.value, y, x.value))

    def div(self, a: Value, b: Value) -> Value:
        return _each(a, b, lambda x, y: x.joined(x.value / y.value, 1 / y.value, y, -x.value / y.value**2))

    def pow(self, a: Value, b: Value) -> Value:
        if any(x.slopes is not None for x in b):
            raise NoOpinion("an exponent that depends on z")
        return _each(a, b, _power)

    def exp(self, a: Value) -> Value:
        return [x.joined(raised := x.value.exp(), raised) for x in a]

    def log(self, a: Value) -> Value:
        return [x.joined(x.value.log(), 1 / x.value) for x in a]

    def abs(self, a: Value) -> Value:
        return [x.joined(abs(x.value), arb(_sign(x.value))) for x in a]

    def relu(self, a: Value) -> Value:
        return [x if _sign(x.value) > 0 else Dual(arb(0)) for x in a]

    def total(self, v: Value) -> Value:
        found = self._wide(v)
        value = found[0]
        for x in found[1:]:
            value = value.joined(value.value + x.value, arb(1), x, arb(1))
        return [value]

    def take(self, v: Value) -> Value:
        return [self._wide(v)[self._y]]

    def _wide(self, v: Value) -> Value:
        return v * len(self._z) if len(v) == 1 else v


def _each(a: Value, b: Value, function: Callable[[Dual, Dual], Dual]) -> Value:
    size = max(len(a), len(b))
    first, second = (x * size if len(x) == 1 else x for x in (a, b))
    return [function(x, y) for x, y in zip(first, second, strict=True)]


def _power(x: Dual, y: Dual) -> Dual:
    if y.value.is_integer() and 0 <= y.value <= MOST_MULTIPLIED:
        p = int(y.value.unique_fmpz())
        lower = reduce(mul, [x.value] * (p - 1), arb(1))  # FLINT's power of a ball that contains 0 is nan
        return x.joined(lower * x.value if p else arb(1), p * lower if p else arb(0))
    return x.joined(x.value**y.value, y.value * x.value ** (y.value - 1))


def _sign(x: Ball) -> int:
    if x > 0:
        return 1
    if x < 0:
        return -1
    raise NoOpinion("a kink at the point")


def _ball(value: Fraction) -> Ball:
    return arb(value.numerator) / value.denominator
