"""A function of the gap where the gap is large: linear, up to a rest that falls exponentially with its derivatives.

For g = G + h or g = -G - h with h >= 0 a part of the formula is

    f = a + b h + r(h),      |r|, |r'|, |r''|, |r'''| <= K e^(-c h),

which sums, products, exponentials and smooth functions of such parts are again.  With h e^(-c h) <= 2/(e c) e^(-c h/2)
a product with b h is, and with x = a + b h + r and b < 0, exp(x) has a rest alone.  What this gives holds for every
h >= 0, up to infinity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Never

from flint import arb, arb_series

from symcheck.field.ball import ball_of
from symcheck.language.formula import Formula
from symcheck.language.reading import Reading
from symcheck.readings.explicit.series import Entry, coefficients, finite, series_of_length
from symcheck.readings.gap.series import GapSeries, Slopes
from symcheck.readings.norms.bounds import size, symmetric
from symcheck.reason import Code, Undecided

ORDER = 4
"""Coefficients of a series up to the third derivative."""


@dataclass(frozen=True, eq=False)
class Tail:
    """a + b h + r(h): ``level``, ``slope``, and of the rest its size ``rest`` = K and its ``rate`` c > 0.

    With ``side`` 1 it is at least that, with -1 at most: then only its sign counts.
    """

    level: arb
    slope: arb
    rest: arb
    rate: arb
    side: int = 0

    @property
    def is_level(self) -> bool:
        """Whether it tends to a limit."""
        return bool(self.slope == 0)

    @property
    def sign(self) -> int | None:
        """1 if it is positive for every h, -1 if it is negative, None if that is not shown."""
        for s in (1, -1):
            if s * self.level > self.rest and (self.is_level or s * self.slope > 0) and self.side in (0, s):
                return s
        return None


def slopes_beyond(phi: Formula, far: Fraction, sign: int) -> Slopes:
    """The derivatives of ``phi`` at all gaps g with ``sign`` g >= ``far``; raises ``Undecided`` where none are known.

    >>> from symcheck.language.functions import softplus
    >>> from symcheck.language.term import Label, Vec
    >>> found = slopes_beyond(Formula.of(softplus(Vec("logits")[Label()])), Fraction(60), 1)
    >>> abs(found.first - 1) < 1e-20, abs(found.second) < 1e-20
    (True, True)
    """
    with series_of_length(ORDER):
        reading = TailReading(ball_of(far), sign)
        found = reading.exactly(reading.read(phi))
        rest = symmetric(finite(found.rest))
        # The value is the level and more, which nobody asks for.
        return Slopes(arb("nan"), finite(sign * found.slope + rest), rest, rest)


class TailReading(Reading[Tail]):
    """Every part of a function of the gap, which it writes z[y], for ``sign`` g >= ``far``."""

    def __init__(self, far: arb, sign: int) -> None:
        self._gap = Tail(sign * far, arb(sign), arb(0), arb(1))

    # leaves

    def number(self, value: Fraction) -> Tail:
        return _level(ball_of(value))

    def parameter(self, name: str) -> Tail:
        self._open(f"the parameter {name}, which has no value")

    def classes(self) -> Tail:
        self._open("C, which has no value")

    def onehot(self) -> Tail:
        self._open("the one-hot vector")

    def logits(self) -> Tail:
        return self._gap

    def take(self, v: Tail) -> Tail:
        return v

    def total(self, v: Tail) -> Tail:  # noqa: ARG002
        self._open("a sum over the classes")

    # arithmetic

    def add(self, a: Tail, b: Tail) -> Tail:
        if a.side * b.side < 0:
            self._open("a difference of quantities that grow")
        side = a.side or b.side
        return Tail(a.level + b.level, a.slope + b.slope, _up(a.rest + b.rest), _slower(a, b), side)

    def neg(self, a: Tail) -> Tail:
        return Tail(-a.level, -a.slope, a.rest, a.rate, -a.side)

    def exactly(self, a: Tail) -> Tail:
        """``a``, unless it is a bound on one side."""
        if a.side:
            self._open("an exponential that grows")
        return a

    def mul(self, a: Tail, b: Tail) -> Tail:
        a, b = self.exactly(a), self.exactly(b)
        if not b.is_level:
            a, b = b, a
        if not b.is_level:
            self._open("a product of two quantities that grow")
        # (a + a' h + r)(b + s): a s + a' h s + b r + r s, of which a' h s falls half as fast as s.
        straight, rate = size(a.level), b.rate
        if not a.is_level:
            straight += size(a.slope) * (3 + arb(2) / (arb(1).exp() * b.rate))
            rate = b.rate / 2
        falling = [(size(b.level) * a.rest, a.rate), (b.rest * straight, rate), (8 * a.rest * b.rest, a.rate)]
        found = [(k, c) for k, c in falling if k != 0]
        slowest = found[0][1] if found else arb(1)
        for _, c in found:
            slowest = _lower_of(slowest, c)
        return Tail(a.level * b.level, a.slope * b.level, _up(sum((k for k, _ in found), arb(0))), slowest)

    def div(self, a: Tail, b: Tail) -> Tail:
        return self.mul(a, self._smooth("div", b, lambda r, x: r.div(r.number(Fraction(1)), (x,))))

    def pow(self, a: Tail, b: Tail) -> Tail:
        if b.is_level and b.rest == 0 and b.side == 0:
            return self._smooth("a power", a, lambda r, x: r.pow((x,), (b.level,)))
        return self.exp(self.mul(b, self.log(a)))

    # functions

    def exp(self, a: Tail) -> Tail:
        if a.is_level:
            return self._smooth("exp", a, lambda r, x: r.exp((x,)))
        if self.exactly(a).slope > 0:  # e^x >= 1 + x
            return Tail(a.level + 1, a.slope, a.rest, a.rate, 1)
        if not a.slope < 0:
            self._open("an exponential of what may grow")
        m, k = size(a.slope) + a.rest, a.rest
        # The derivatives of e^x are e^x times x', x'^2 + x'' and x'^3 + 3 x' x'' + x'''.
        most = 1 + m + m**2 + k + m**3 + 3 * m * k + k
        return Tail(arb(0), arb(0), _up((a.level + k).exp() * most), arb((-a.slope).lower()))

    def softplus(self, a: Tail) -> Tail:
        """log(1 + e^x), which is x + log(1 + e^(-x))."""
        if self.exactly(a).slope > 0:
            return self.add(a, self.softplus(self.neg(a)))
        return self._smooth("softplus", self.exp(a), lambda r, x: r.log(r.add((x,), (arb(1),))))

    def sigmoid(self, a: Tail) -> Tail:
        """e^x/(1 + e^x), which is 1 - sigmoid(-x)."""
        if self.exactly(a).slope > 0:
            return self.sub(self.number(Fraction(1)), self.sigmoid(self.neg(a)))
        if a.is_level:
            return self._smooth("sigmoid", a, lambda r, x: r.sigmoid((x,)))
        return self._smooth("sigmoid", self.exp(a), lambda r, x: r.div((x,), r.add((x,), (arb(1),))))

    def tanh(self, a: Tail) -> Tail:
        two = self.number(Fraction(2))
        return self.sub(self.mul(two, self.sigmoid(self.mul(two, a))), self.number(Fraction(1)))

    def entrywise(self, op: str, *args: Tail) -> Tail:
        if len(args) != 1:
            self._unmapped(op)
        return self._smooth(op, args[0], lambda r, x: getattr(r, op)((x,)))

    def abs(self, a: Tail) -> Tail:
        return self.branch(a, a, self.neg(a))

    def relu(self, a: Tail) -> Tail:
        return self.branch(a, a, self.number(Fraction(0)))

    def maximum(self, a: Tail, b: Tail) -> Tail:
        return self.branch(self.sub(a, b), a, b)

    def minimum(self, a: Tail, b: Tail) -> Tail:
        return self.branch(self.sub(a, b), b, a)

    def branch(self, u: Tail, positive: Tail, otherwise: Tail) -> Tail:
        sign = u.sign
        if sign is None:
            self._open("a form that is not shown to be the same at all large gaps")
        return positive if sign > 0 else otherwise

    def _smooth(self, what: str, a: Tail, function: Callable[[GapSeries, Entry], tuple[Entry, ...]]) -> Tail:
        """F(a + r) = F(a) + a rest, whose derivatives are bounded by those of F on the ball that a + r stays in."""
        if not self.exactly(a).is_level:
            self._open(f"{what} of a quantity that grows")
        reading = GapSeries(a.level + symmetric(a.rest), ORDER)
        (over,) = function(reading, arb_series([a.level + symmetric(a.rest), arb(1)]))
        (start,) = function(reading, a.level)
        if reading.switches:
            self._open(f"a kink of {what} at large gaps")
        _, f1, f2, f3 = (size(n * c) for n, c in zip((1, 1, 2, 6), coefficients(over, ORDER), strict=True))
        k = a.rest
        level = start if isinstance(start, arb) else start[0]
        return Tail(finite(level), arb(0), _up(f1 * k + 3 * f2 * k**2 + f3 * k**3), a.rate)

    def _open(self, what: str) -> Never:
        raise Undecided.of(Code.UNMAPPED_OP, f"the rule for large gaps leaves open {what}", "use another function")


def _level(x: arb) -> Tail:
    return Tail(x, arb(0), arb(0), arb(1))


def _up(x: arb) -> arb:
    return finite(arb(x.upper()))


def _lower_of(a: arb, b: arb) -> arb:
    return arb(a.min(b).lower())


def _slower(a: Tail, b: Tail) -> arb:
    """The smaller rate of the rests that there are."""
    if a.rest == 0:
        return b.rate
    return a.rate if b.rest == 0 else _lower_of(a.rate, b.rate)
