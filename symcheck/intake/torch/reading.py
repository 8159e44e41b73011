"""A small reading in plain floats: the value of a formula at a point, and its slope in one direction.

It is independent of torch and of the exact readings, and exists to object: what was recorded from torch
code is compared with what that code returns.  A value that does not exist is nan, so that a branch that is
not taken does no harm; a slope that does not exist is None.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symcheck.intake.torch.shares import is_at_the_end, share_slopes, shares
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray


@dataclass(frozen=True, slots=True)
class Dual:
    """A number and its derivative along a line."""

    value: float
    slope: float | None = 0.0


Value = Dual | tuple[Dual, ...]
NOWHERE = Dual(math.nan, None)


@dataclass(frozen=True)
class FloatReading(Reading[Value]):
    """The formula at z + t ``direction``, t = 0, with the label ``y`` and the ``values`` of parameters."""

    takes_rounded = True

    z: Sequence[float]
    direction: Sequence[float]
    y: int
    values: Mapping[str, float] = field(default_factory=dict)

    def number(self, value: Fraction) -> Value:
        return Dual(float(value))

    def parameter(self, name: str) -> Value:
        return Dual(self.values[name]) if name in self.values else NOWHERE

    def classes(self) -> Value:
        return Dual(float(len(self.z)))

    def logits(self) -> Value:
        return tuple(Dual(v, d) for v, d in zip(self.z, self.direction, strict=True))

    def onehot(self) -> Value:
        return tuple(Dual(float(k == self.y)) for k in range(len(self.z)))

    def class_parameter(self, array: VectorArray) -> Value:
        return tuple(map(Dual, array.floats[0]))

    def apply(self, array: MatrixArray, v: Value, *, transposed: bool) -> Value:
        rows = zip(*array.floats, strict=True) if transposed else array.floats
        return tuple(_combined(row, _entries(v)) for row in rows)

    def add(self, a: Value, b: Value) -> Value:
        return _each(lambda s, t: _made(s.value + t.value, (s, 1.0), (t, 1.0)), a, b)

    def mul(self, a: Value, b: Value) -> Value:
        return _each(_product, a, b)

    def div(self, a: Value, b: Value) -> Value:
        return _each(_quotient, a, b)

    def pow(self, a: Value, b: Value) -> Value:
        return _each(_power, a, b)

    def exp(self, a: Value) -> Value:
        return _each(lambda s: _made(_tried(math.exp, s.value), (s, _tried(math.exp, s.value))), a)

    def log(self, a: Value) -> Value:
        return _each(lambda s: _made(math.log(s.value), (s, 1 / s.value)) if s.value > 0 else NOWHERE, a)

    def arccos(self, a: Value) -> Value:
        return _each(_arc_cosine, a)

    def sin(self, a: Value) -> Value:
        return _each(lambda s: _made(_tried(math.sin, s.value), (s, _tried(math.cos, s.value))), a)

    def cos(self, a: Value) -> Value:
        return _each(lambda s: _made(_tried(math.cos, s.value), (s, -_tried(math.sin, s.value))), a)

    def arctan(self, a: Value) -> Value:
        return _each(lambda s: _made(math.atan(s.value), (s, 1 / (1 + s.value * s.value))), a)

    def erf(self, a: Value) -> Value:
        slope = 2 / math.sqrt(math.pi)
        return _each(lambda s: _made(math.erf(s.value), (s, slope * math.exp(-s.value * s.value))), a)

    def abs(self, a: Value) -> Value:
        return _each(lambda s: _kinked(abs(s.value), s, math.copysign(1.0, s.value)), a)

    def relu(self, a: Value) -> Value:
        return _each(lambda s: _kinked(s.value if s.value > 0 else 0.0 * s.value, s, float(s.value > 0)), a)

    def maximum(self, a: Value, b: Value) -> Value:
        # Not as b + relu(a - b): beside the least number of a type a would be lost.
        return _each(_larger, a, b)

    def minimum(self, a: Value, b: Value) -> Value:
        return self.neg(self.maximum(self.neg(a), self.neg(b)))

    def branch(self, u: Value, positive: Value, otherwise: Value) -> Value:
        return _each(_case, u, positive, otherwise)

    def detach(self, a: Value) -> Value:
        return _each(lambda s: Dual(s.value), a)

    def total(self, v: Value) -> Value:
        return _sum(_entries(v))

    def total_others(self, v: Value) -> Value:
        return _sum(self._others(v))

    def product(self, v: Value) -> Value:
        return _all_together(_entries(v))

    def product_others(self, v: Value) -> Value:
        return _all_together(self._others(v))

    def amax(self, v: Value) -> Value:
        return _largest(_entries(v))

    def amax_others(self, v: Value) -> Value:
        return _largest(self._others(v))

    def onehot_argmax(self, v: Value) -> Value:
        values = [e.value for e in _entries(v)]
        first, slope = values.index(max(values)), 0.0 if values.count(max(values)) == 1 else None
        return tuple(Dual(float(k == first), slope) for k in range(len(values)))

    def entmax(self, v: Value, alpha: Value) -> Value:
        entries = _entries(v)
        assert isinstance(alpha, Dual)
        values = [e.value for e in entries]
        found, slopes = shares(values, alpha.value), [e.slope for e in entries if e.slope is not None]
        if any(map(math.isnan, found)):
            return (NOWHERE,) * len(entries)
        if len(slopes) < len(entries) or (any(slopes) and is_at_the_end(values, found, alpha.value)):
            return tuple(Dual(s, None) for s in found)
        pairs = zip(found, share_slopes(found, slopes, alpha.value), strict=True)
        return tuple(Dual(s, d if math.isfinite(d) else None) for s, d in pairs)

    def take(self, v: Value) -> Value:
        return _entries(v)[self.y]

    def _others(self, v: Value) -> tuple[Dual, ...]:
        return tuple(e for k, e in enumerate(_entries(v)) if k != self.y)


def rounded_values(formula: Formula) -> dict[str, float]:
    """The floats themselves, for the parameters that stand for numbers known up to rounding."""
    return {p.name: float(p.default) for p in formula.parameters if p.default is not None}


def _entries(v: Value) -> tuple[Dual, ...]:
    assert isinstance(v, tuple)
    return v


def _each(function: Callable[..., Dual], *values: Value) -> Value:
    size = max((len(v) for v in values if isinstance(v, tuple)), default=0)
    if not size:
        return function(*values)
    rows = [v if isinstance(v, tuple) else (v,) * size for v in values]
    return tuple(function(*entries) for entries in zip(*rows, strict=True))


def _made(value: float, *parts: tuple[Dual, float]) -> Dual:
    """``value`` with the slope sum_i slope_i * factor_i of its parts."""
    if not math.isfinite(value):
        return NOWHERE
    slope = 0.0
    for part, factor in parts:
        if part.slope is None:
            return Dual(value, None)
        slope += part.slope * factor if part.slope else 0.0
    return Dual(value, slope if math.isfinite(slope) else None)


def _sum(entries: tuple[Dual, ...]) -> Dual:
    return _made(math.fsum(e.value for e in entries), *((e, 1.0) for e in entries))


def _combined(weights: Sequence[float], entries: tuple[Dual, ...]) -> Dual:
    """sum_j a_j e_j."""
    pairs = list(zip(weights, entries, strict=True))
    return _made(math.fsum(a * e.value for a, e in pairs), *((e, a) for a, e in pairs))


def _all_together(entries: tuple[Dual, ...]) -> Dual:
    found = Dual(1.0)
    for e in entries:
        found = _product(found, e)
    return found


def _largest(entries: tuple[Dual, ...]) -> Dual:
    values = [e.value for e in entries]
    if any(math.isnan(v) for v in values):
        return NOWHERE
    first, *ties = [e for e in entries if e.value == max(values)]
    return first if all(e.slope == first.slope for e in ties) else Dual(first.value, None)


def _larger(s: Dual, t: Dual) -> Dual:
    if math.isnan(s.value) or math.isnan(t.value):
        return NOWHERE
    if s.value == t.value:
        return s if s.slope == t.slope else Dual(s.value, None)
    return s if s.value > t.value else t


def _kinked(value: float, of: Dual, factor: float) -> Dual:
    """At 0 there is a slope only if the argument stays 0."""
    if of.value == 0:
        return Dual(value, 0.0 if of.slope == 0 else None)
    return _made(value, (of, factor))


def _case(u: Dual, positive: Dual, otherwise: Dual) -> Dual:
    if math.isnan(u.value):
        return NOWHERE
    taken = positive if u.value > 0 else otherwise
    return Dual(taken.value, None) if u.value == 0 and u.slope != 0 else taken


def _product(a: Dual, b: Dual) -> Dual:
    return _made(a.value * b.value, (a, b.value), (b, a.value))


def _quotient(a: Dual, b: Dual) -> Dual:
    if b.value == 0:
        return NOWHERE
    return _made(a.value / b.value, (a, 1 / b.value), (b, -a.value / b.value / b.value))


def _power(a: Dual, b: Dual) -> Dual:
    value = _tried(math.pow, a.value, b.value)
    if math.isnan(value):
        return NOWHERE
    if a.value == 0:
        if b.slope != 0 or (b.value < 1 and b.value != 0 and a.slope != 0):
            return Dual(value, None)
        return Dual(value, a.slope if b.value == 1 else 0.0)
    if a.value < 0 and b.slope != 0:
        return NOWHERE
    return _made(value, (a, b.value * value / a.value), (b, value * math.log(a.value) if a.value > 0 else 0.0))


def _arc_cosine(a: Dual) -> Dual:
    if not abs(a.value) < 1:
        return Dual(_tried(math.acos, a.value), 0.0 if a.slope == 0 else None)
    return _made(math.acos(a.value), (a, -1 / math.sqrt(1 - a.value**2)))


def _tried(function: Callable[..., float], *values: float) -> float:
    try:
        return function(*values)
    except (ValueError, OverflowError):
        return math.nan
