"""A small reading in plain floats: the value of a formula at a point, and its slope in one direction.

It is independent of torch and, but for the layout, of the exact readings, and exists to object: what was recorded
from torch code is compared with what that code returns.  A value that does not exist is nan, so that a branch that
is not taken does no harm; a slope that does not exist is None.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.readings.explicit.float_shares import is_at_the_end, share_slopes, shares
from symcheck.readings.written_out import WrittenOut, by_entry


@dataclass(frozen=True, slots=True)
class Dual:
    """A number and its derivative along a line."""

    value: float
    slope: float | None = 0.0


NOWHERE = Dual(math.nan, None)

ERF_SLOPE = 2 / math.sqrt(math.pi)


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


def _combined(weights: Sequence[float], entries: tuple[Dual, ...]) -> Dual:
    """sum_j a_j e_j."""
    pairs = list(zip(weights, entries, strict=True))
    return _made(math.fsum(a * e.value for a, e in pairs), *((e, a) for a, e in pairs))


def _exponential(a: Dual) -> Dual:
    value = _tried(math.exp, a.value)
    return _made(value, (a, value))


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


Duals = tuple[Dual, ...]


class FloatReading(WrittenOut[Dual]):
    """The formula at z + t ``direction``, t = 0, with the label ``y`` and the ``values`` of parameters."""

    takes_rounded = True

    def __init__(
        self, z: Sequence[float], direction: Sequence[float], y: int, values: Mapping[str, float] | None = None
    ) -> None:
        super().__init__(len(z), y)
        self._logits = tuple(Dual(v, d) for v, d in zip(z, direction, strict=True))
        self._values = values or {}

    def constant(self, value: Fraction) -> Dual:
        return Dual(float(value))

    def parameter(self, name: str) -> Duals:
        return (Dual(self._values[name]) if name in self._values else NOWHERE,)

    def logits(self) -> Duals:
        return self._logits

    def rows(self, array: Array) -> Sequence[Sequence[Dual]]:
        return [tuple(map(Dual, row)) for row in array.floats]

    def apply(self, array: MatrixArray, v: Duals, *, transposed: bool) -> Duals:
        rows, wide = zip(*array.floats, strict=True) if transposed else array.floats, self.wide(v)
        return tuple(_combined(row, wide) for row in rows)

    add = by_entry(lambda s, t: _made(s.value + t.value, (s, 1.0), (t, 1.0)))
    mul = by_entry(_product)
    div = by_entry(_quotient)
    pow = by_entry(_power)
    exp = by_entry(_exponential)
    log = by_entry(lambda s: _made(math.log(s.value), (s, 1 / s.value)) if s.value > 0 else NOWHERE)
    arccos = by_entry(_arc_cosine)
    sin = by_entry(lambda s: _made(_tried(math.sin, s.value), (s, _tried(math.cos, s.value))))
    cos = by_entry(lambda s: _made(_tried(math.cos, s.value), (s, -_tried(math.sin, s.value))))
    arctan = by_entry(lambda s: _made(math.atan(s.value), (s, 1 / (1 + s.value * s.value))))
    erf = by_entry(lambda s: _made(math.erf(s.value), (s, ERF_SLOPE * math.exp(-s.value * s.value))))
    abs = by_entry(lambda s: _kinked(abs(s.value), s, math.copysign(1.0, s.value)))
    relu = by_entry(lambda s: _kinked(s.value if s.value > 0 else 0.0 * s.value, s, float(s.value > 0)))
    # Not as b + relu(a - b): beside the least number of a type a would be lost.
    maximum = by_entry(_larger)
    branch = by_entry(_case)
    detach = by_entry(lambda s: Dual(s.value))

    def minimum(self, a: Duals, b: Duals) -> Duals:
        return self.neg(self.maximum(self.neg(a), self.neg(b)))

    def summed(self, entries: Sequence[Dual]) -> Dual:
        return _made(math.fsum(e.value for e in entries), *((e, 1.0) for e in entries))

    def largest(self, entries: Sequence[Dual]) -> Dual:
        values = [e.value for e in entries]
        if any(math.isnan(v) for v in values):
            return NOWHERE
        first, *ties = [e for e in entries if e.value == max(values)]
        return first if all(e.slope == first.slope for e in ties) else Dual(first.value, None)

    def onehot_argmax(self, v: Duals) -> Duals:
        values = [e.value for e in v]
        first, slope = values.index(max(values)), 0.0 if values.count(max(values)) == 1 else None
        return tuple(Dual(float(k == first), slope) for k in range(len(values)))

    def entmax(self, v: Duals, alpha: Duals) -> Duals:
        values, a = [e.value for e in v], alpha[0].value
        found, slopes = shares(values, a), [e.slope for e in v if e.slope is not None]
        if any(map(math.isnan, found)):
            return (NOWHERE,) * len(v)
        if len(slopes) < len(v) or (any(slopes) and is_at_the_end(values, found, a)):
            return tuple(Dual(s, None) for s in found)
        pairs = zip(found, share_slopes(found, slopes, a), strict=True)
        return tuple(Dual(s, d if math.isfinite(d) else None) for s, d in pairs)


def rounded_values(formula: Formula) -> dict[str, float]:
    """The floats themselves, for the parameters that stand for numbers known up to rounding."""
    return {p.name: float(p.default) for p in formula.parameters if p.default is not None}
