"""Growth along rays: bounds on a formula at z = x d for all x >= 1, linear in x, or in log x.

With t = x (z = t d), or t = log x (z = e^t d), every part of the formula is kept between two linear functions of t,
valid for all t >= START, and a positive part between the exponentials of two others.  All numbers are balls, so a
lower bound with a positive slope is a proof that the part grows without bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from flint import arb

from symcheck.constants.ball import ball_of
from symcheck.language.array import MatrixArray, VectorArray
from symcheck.language.formula import Formula
from symcheck.language.reading import Reading

START: Final = 8
"""Bounds are valid for all t from here on."""

HIGHEST_MULTIPLIED: Final = 8
"""A whole power up to this one is a product."""


@dataclass(frozen=True, slots=True)
class Line:
    """slope t + level."""

    slope: arb
    level: arb

    def at_start(self) -> arb:
        return self.slope * START + self.level

    def plus(self, other: Line) -> Line:
        return Line(self.slope + other.slope, self.level + other.level)

    def times(self, factor: arb) -> Line:
        return Line(self.slope * factor, self.level * factor)

    @property
    def is_nonnegative(self) -> bool:
        """Whether it is at least 0 for all t >= START."""
        return bool(self.slope >= 0 and self.at_start() >= 0)

    @property
    def is_positive(self) -> bool:
        return bool(self.slope >= 0 and self.at_start() > 0)


@dataclass(frozen=True, slots=True)
class Growth:
    """A number between ``low`` and ``high``; positive and between exp(``log_low``) and exp(``log_high``) if known.

    None where there is no bound.  ``positive``: the number is above 0.
    """

    low: Line | None = None
    high: Line | None = None
    log_low: Line | None = None
    log_high: Line | None = None
    positive: bool = False


Entries = tuple[Growth, ...]


class RayReading(Reading[Entries]):
    """Bounds at z = ``direction`` times t, or times e^t if ``steep``, for one C, a label ``y`` from 0 and numbers."""

    def __init__(
        self, direction: Sequence[Fraction], parameters: Mapping[str, Fraction], *, y: int, steep: bool
    ) -> None:
        self._direction, self._parameters, self._y, self._steep = direction, parameters, y, steep
        self._count = len(direction)

    # leaves

    def number(self, value: Fraction) -> Entries:
        return (_constant(ball_of(value)),)

    def parameter(self, name: str) -> Entries:
        return self.number(self._parameters[name])

    def classes(self) -> Entries:
        return self.number(Fraction(self._count))

    def logits(self) -> Entries:
        return tuple(map(self._logit, self._direction))

    def _logit(self, d: Fraction) -> Growth:
        if not self._steep or d == 0:
            line = Line(ball_of(d), arb(0))
            return _completed(Growth(line, line))
        size = Line(arb(1), ball_of(abs(d)).log())
        found = _completed(Growth(log_low=size, log_high=size, positive=True))
        return found if d > 0 else _negative(found)

    def onehot(self) -> Entries:
        return tuple(_constant(arb(int(i == self._y))) for i in range(self._count))

    def class_parameter(self, array: VectorArray) -> Entries:
        return tuple(_constant(ball_of(x)) for x in array.at_default(self._count).vector)

    def apply(self, array: MatrixArray, v: Entries, *, transposed: bool) -> Entries:
        rows = array.at_default(self._count).values or ()
        lines = tuple(zip(*rows, strict=True)) if transposed else rows
        wide = self._wide(v)
        return tuple(
            _total([_product(_constant(ball_of(a)), x) for a, x in zip(line, wide, strict=True)]) for line in lines
        )

    def _wide(self, v: Entries) -> Entries:
        return v * (self._count // len(v))

    # entrywise

    def _each(self, function: Callable[..., Growth], *values: Entries) -> Entries:
        size = max(map(len, values))
        return tuple(function(*x) for x in zip(*(v * (size // len(v)) for v in values), strict=True))

    def add(self, a: Entries, b: Entries) -> Entries:
        return self._each(lambda x, y: _total([x, y]), a, b)

    def neg(self, a: Entries) -> Entries:
        return self._each(_negative, a)

    def mul(self, a: Entries, b: Entries) -> Entries:
        return self._each(_product, a, b)

    def div(self, a: Entries, b: Entries) -> Entries:
        return self._each(lambda x, y: _product(x, _inverse(y)), a, b)

    def pow(self, a: Entries, b: Entries) -> Entries:
        return self._each(_power, a, b)

    def exp(self, a: Entries) -> Entries:
        return self._each(lambda x: _completed(Growth(log_low=x.low, log_high=x.high, positive=True)), a)

    def log(self, a: Entries) -> Entries:
        return self._each(lambda x: _completed(Growth(x.log_low, x.log_high)), a)

    def abs(self, a: Entries) -> Entries:
        return self._each(lambda x: _larger(x, _negative(x)), a)

    def relu(self, a: Entries) -> Entries:
        return self._each(lambda x: _larger(x, _constant(arb(0))), a)

    def maximum(self, a: Entries, b: Entries) -> Entries:
        return self._each(_larger, a, b)

    def minimum(self, a: Entries, b: Entries) -> Entries:
        return self.neg(self.maximum(self.neg(a), self.neg(b)))

    def branch(self, u: Entries, positive: Entries, otherwise: Entries) -> Entries:
        return self._each(_chosen, u, positive, otherwise)

    def detach(self, a: Entries) -> Entries:
        return a

    def arccos(self, a: Entries) -> Entries:
        return self._each(lambda _: Growth(_level(arb(0)), _level(arb(4))), a)

    def softplus(self, a: Entries) -> Entries:
        return self._each(_softplus, a)

    def sigmoid(self, a: Entries) -> Entries:
        return self.exp(self.neg(self.softplus(self.neg(a))))

    # over the classes

    def total(self, v: Entries) -> Entries:
        return (_total(list(self._wide(v))),)

    def total_others(self, v: Entries) -> Entries:
        return (_total(self._others(v)),)

    def take(self, v: Entries) -> Entries:
        return (self._wide(v)[self._y],)

    def amax(self, v: Entries) -> Entries:
        return (_largest(list(v)),)

    def amax_others(self, v: Entries) -> Entries:
        return (_largest(self._others(v)),)

    def onehot_argmax(self, v: Entries) -> Entries:
        wide = self._wide(v)
        for i, x in enumerate(wide):
            others = [_total([x, _negative(o)]) for j, o in enumerate(wide) if j != i]
            if all(o.positive or (o.low is not None and o.low.is_positive) for o in others):
                return tuple(_constant(arb(int(j == i))) for j in range(self._count))
        return tuple(Growth(_level(arb(0)), _level(arb(1))) for _ in wide)

    def logsumexp(self, v: Entries) -> Entries:
        return (_log_sum_exp(list(self._wide(v))),)

    def logsumexp_others(self, v: Entries) -> Entries:
        return (_log_sum_exp(self._others(v)),)

    def log_softmax(self, v: Entries) -> Entries:
        over = _log_sum_exp(list(self._wide(v)))
        return tuple(_at_most_0(_total([x, _negative(over)])) for x in self._wide(v))

    def softmax(self, v: Entries) -> Entries:
        return self.exp(self.log_softmax(v))

    def first(self, v: Entries) -> Entries:
        return tuple(x for x in self._wide(v) for _ in range(self._count))

    def second(self, v: Entries) -> Entries:
        return self._wide(v) * self._count

    def pair_total(self, pairs: Entries) -> Entries:
        return (_total(list(pairs * (self._count**2 // len(pairs)))),)

    def _others(self, v: Entries) -> list[Growth]:
        wide = self._wide(v)
        return [x for i, x in enumerate(wide) if i != self._y]


def growth_of(
    formula: Formula, direction: Sequence[Fraction], parameters: Mapping[str, Fraction], *, y: int, steep: bool
) -> Growth:
    """Bounds on ``formula`` along a ray; raises ``Undecided`` for what has no reading."""
    (found,) = RayReading(direction, parameters, y=y, steep=steep).read(formula)
    return found


# lines


def _level(c: arb) -> Line:
    return Line(arb(0), c)


def _constant(c: arb) -> Growth:
    line = _level(c)
    return _completed(Growth(line, line))


def _completed(g: Growth) -> Growth:
    """What the plain bounds say of the logarithms, and the other way round."""
    positive = g.positive or (g.low is not None and g.low.is_positive)
    low, high, log_low, log_high = g.low, g.high, g.log_low, g.log_high
    if positive and low is None:
        low = _level(arb(0))
    if log_low is not None and low is not None and not low.is_positive:
        if log_low.slope > 0:  # e^x >= 1 + x
            low = Line(log_low.slope, log_low.level + 1)
        elif log_low.slope.is_zero():
            low = _level(log_low.level.exp())
    if log_high is not None and high is None and log_high.slope <= 0:
        high = _level(log_high.at_start().exp())
    if positive and log_low is None and low is not None and low.is_positive:
        log_low = _level(low.at_start().log())
    if positive and log_high is None and high is not None and high.slope <= 0 and high.at_start() > 0:
        log_high = _level(high.at_start().log())
    return Growth(low, high, log_low, log_high, positive)


def _negative(g: Growth) -> Growth:
    number = _number(g)
    if number is not None:
        return _constant(-number)
    minus = arb(-1)
    low = None if g.high is None else g.high.times(minus)
    high = None if g.low is None else g.low.times(minus)
    return _completed(Growth(low, high))


def _total(parts: list[Growth]) -> Growth:
    parts = [g for g in parts if not _is_zero(g)]
    numbers = [n for n in map(_number, parts) if n is not None]
    if len(numbers) == len(parts):
        return _constant(sum(numbers, arb(0)))
    low: Line | None = _level(arb(0))
    high: Line | None = _level(arb(0))
    for g in parts:
        low = None if low is None or g.low is None else low.plus(g.low)
        high = None if high is None or g.high is None else high.plus(g.high)
    nonnegative = all(g.positive or (g.low is not None and g.low.is_nonnegative) for g in parts)
    positive = nonnegative and any(g.positive for g in parts)
    if not positive:
        return _completed(Growth(low, high))
    lows = [g.log_low for g in parts if g.log_low is not None]
    highs = [_log_high(g) for g in parts]
    log_high = None
    if all(h is not None for h in highs):
        log_high = _above([h for h in highs if h is not None]).plus(_level(arb(len(parts)).log()))
    return _completed(Growth(low, high, _best(lows), log_high, positive=True))


def _log_high(g: Growth) -> Line | None:
    """A bound on the logarithm of a nonnegative number, which may be 0."""
    if g.log_high is not None:
        return g.log_high
    if g.high is not None and g.high.slope <= 0:
        at = g.high.at_start()
        if at > 0:
            return _level(at.log())
        return _level(arb(0)) if at <= 0 else None  # at most 0 is at most 1
    return None


def _best(lines: list[Line]) -> Line | None:
    """The line with the largest slope."""
    best: Line | None = None
    for line in lines:
        if best is None or line.slope > best.slope or (line.slope >= best.slope and line.level > best.level):
            best = line
    return best


def _above(lines: list[Line]) -> Line:
    """A line above all of them for t >= START."""
    slope, start = lines[0].slope, lines[0].at_start()
    for line in lines[1:]:
        slope, start = slope.max(line.slope), start.max(line.at_start())
    return Line(slope, start - slope * START)


def _below(lines: list[Line]) -> Line:
    minus = arb(-1)
    return _above([line.times(minus) for line in lines]).times(minus)


def _is_at_least_0(g: Growth) -> bool:
    return g.positive or (g.low is not None and g.low.is_nonnegative)


def _product(a: Growth, b: Growth) -> Growth:
    for x, y in ((a, b), (b, a)):
        factor = _number(x)
        if factor is not None:
            return _scaled(y, factor)
    if not _is_at_least_0(a) and a.high is not None and a.high.times(arb(-1)).is_nonnegative:
        return _negative(_product(_negative(a), b))
    if not _is_at_least_0(b) and b.high is not None and b.high.times(arb(-1)).is_nonnegative:
        return _negative(_product(a, _negative(b)))
    if _is_at_least_0(a) and _is_at_least_0(b):
        log_low = None if a.log_low is None or b.log_low is None else a.log_low.plus(b.log_low)
        log_high = None if a.log_high is None or b.log_high is None else a.log_high.plus(b.log_high)
        positive = a.positive and b.positive
        lows = [_level(arb(0))]
        for x, y in ((a, b), (b, a)):
            if x.low is not None and y.low is not None and x.low.is_nonnegative and y.low.is_nonnegative:
                lows.append(y.low.times(x.low.at_start()))
        high = None
        for x, y in ((a, b), (b, a)):
            if x.high is not None and y.high is not None and x.high.slope <= 0 and y.high.is_nonnegative:
                high = y.high.times(x.high.at_start())
        return _completed(Growth(_best(lows), high, log_low, log_high, positive))
    return Growth()


def _number(g: Growth) -> arb | None:
    """The number that it is, if both bounds are this one."""
    if g.low is None or g.high is None or not g.low.slope.is_zero() or not g.high.slope.is_zero():
        return None
    return g.low.level if g.low is g.high else None


def _is_zero(g: Growth) -> bool:
    number = _number(g)
    return number is not None and bool(number.is_zero())


def _scaled(g: Growth, factor: arb) -> Growth:
    number = _number(g)
    if factor.is_zero() or number is not None:
        return _constant(arb(0) if number is None else number * factor)
    if factor < 0:
        return _negative(_scaled(g, -factor))
    if not factor > 0:
        return Growth()
    shift = _level(factor.log())
    return _completed(
        Growth(
            None if g.low is None else g.low.times(factor),
            None if g.high is None else g.high.times(factor),
            None if g.log_low is None else g.log_low.plus(shift),
            None if g.log_high is None else g.log_high.plus(shift),
            g.positive,
        )
    )


def _inverse(g: Growth) -> Growth:
    number = _number(g)
    if number is not None:
        return Growth() if number.contains(0) else _constant(1 / number)
    if not g.positive:
        if g.high is not None and g.high.times(arb(-1)).is_positive:
            return _negative(_inverse(_negative(g)))
        return Growth()
    minus = arb(-1)
    log_low = None if g.log_high is None else g.log_high.times(minus)
    log_high = None if g.log_low is None else g.log_low.times(minus)
    return _completed(Growth(None, None, log_low, log_high, positive=True))


def _power(a: Growth, b: Growth) -> Growth:
    exponent = _number(b)
    if exponent is None:
        return Growth()
    whole = exponent.unique_fmpz() if exponent.is_exact() else None
    if whole is not None and whole == 0:
        return _constant(arb(1))
    if whole is not None and 0 < whole <= HIGHEST_MULTIPLIED:
        size = a
        if int(whole) % 2 == 0 and not _is_at_least_0(a):
            size = _larger(a, _negative(a))
        value = size
        for _ in range(int(whole) - 1):
            value = _product(value, size)
        return value
    if exponent < 0:
        return _inverse(_power(a, _constant(-exponent)))
    if not a.positive:
        return Growth(_level(arb(0))) if _is_at_least_0(a) else Growth()
    log_low = None if a.log_low is None else a.log_low.times(exponent)
    log_high = None if a.log_high is None else a.log_high.times(exponent)
    low = None
    if exponent >= 1 and a.low is not None and a.low.is_positive:  # x**e >= x b**(e - 1) for x >= b > 0
        low = a.low.times(a.low.at_start() ** (exponent - 1))
    return _completed(Growth(low, None, log_low, log_high, positive=True))


def _larger(a: Growth, b: Growth) -> Growth:
    lows = [x.low for x in (a, b) if x.low is not None]
    high = None if a.high is None or b.high is None else _above([a.high, b.high])
    positive = a.positive or b.positive
    nonnegative = [x for x in lows if x.is_nonnegative]
    return _completed(Growth(_best(nonnegative or lows), high, positive=positive))


def _largest(parts: list[Growth]) -> Growth:
    found = parts[0]
    for g in parts[1:]:
        found = _larger(found, g)
    return found


def _chosen(u: Growth, positive: Growth, otherwise: Growth) -> Growth:
    if u.positive:
        return positive
    if u.high is not None and u.high.times(arb(-1)).is_nonnegative:
        return otherwise
    lows = [positive.low, otherwise.low]
    highs = [positive.high, otherwise.high]
    low = _below([x for x in lows if x is not None]) if None not in lows else None
    high = _above([x for x in highs if x is not None]) if None not in highs else None
    return _completed(Growth(low, high))


def _softplus(g: Growth) -> Growth:
    """log(1 + e^x) is positive, and from max(x, 0) to max(x, 0) + log 2."""
    top = _larger(g, _constant(arb(0)))
    high = None if top.high is None else top.high.plus(_level(arb(2).log()))
    return _completed(Growth(top.low, high, positive=True))


def _log_sum_exp(parts: list[Growth]) -> Growth:
    top = _largest(parts)
    high = None if top.high is None else top.high.plus(_level(arb(len(parts)).log()))
    lows = [g.low for g in parts if g.low is not None]
    return _completed(Growth(_best(lows), high))


def _at_most_0(g: Growth) -> Growth:
    """A number that is known to be at most 0."""
    if g.high is not None and g.high.slope <= 0 and g.high.at_start() <= 0:
        return g
    return _completed(Growth(g.low, _level(arb(0))))
