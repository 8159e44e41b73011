"""Whether a function of the gap that is given by cases is continuously differentiable where its form changes.

There p = 1/(1 + e^g) is a number that is guessed from balls and then kept exactly: a fraction, or a power n^r of a
number n of the formula.  Values and derivatives of both forms at it are elements of a field in which equal means
identical, so that what is shown here is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import exp, log
from typing import Final, Never

from flint import arb

from symcheck.field.ball import ball_of, working
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.formula import Formula
from symcheck.language.reading import Reading
from symcheck.language.scope import Classes, Scope
from symcheck.readings.explicit.series import BITS
from symcheck.readings.gap.series import slopes_on
from symcheck.reason import Code, Undecided

LARGEST_DENOMINATOR: Final = 1000
"""Guesses have no larger one."""

NEAR: Final = 1e-7
"""How near a guess has to be before it is tried; what it is, is decided exactly."""


@dataclass(frozen=True, eq=False)
class AtPoint:
    """A ``value`` and its derivative by the gap there; ``turned`` is 1 for the gap itself, -1 for its negative."""

    value: Element | None
    slope: Element
    turned: int = 0


class Joint(Enum):
    """What two forms have in common where one takes over from the other."""

    NOTHING = 0
    VALUE = 1
    SLOPE = 2


def joint_of(phi: Formula, low: Fraction, high: Fraction) -> Joint:
    """What both forms share in each case distinction of ``phi`` on a short interval of gaps: a value, and a slope."""
    found = [n.args for n in phi.nodes if n.op == "branch" and _may_vanish(phi.up_to(n.args[0]), low, high)]
    return min((_joint(phi, args, low, high) for args in found), key=lambda j: j.value, default=Joint.NOTHING)


def _may_vanish(u: Formula, low: Fraction, high: Fraction) -> bool:
    over, _ = slopes_on(u, low, high)
    return bool(over.value.contains(0))


def _joint(phi: Formula, args: tuple[int, ...], low: Fraction, high: Fraction) -> Joint:
    """What both forms share at a p, of a gap between ``low`` and ``high``, at which u is 0."""
    field = Field(Scope(Classes(2, 2)))
    for p, ball in _guesses(phi, field, (low + high) / 2):
        with working(BITS):
            gap = (1 / ball - 1).log()
            # Another zero of u, near to the one that is here, would say nothing of it.
            if not (gap > ball_of(low) and gap < ball_of(high)):
                continue
        try:
            values = PointReading(field, p).read_all(phi.up_to(max(args)))
            u, positive, otherwise = (values[a] for a in args)
            if u.value is None or positive.value is None or otherwise.value is None or not u.value.is_zero:
                continue
            if (positive.value - otherwise.value).is_zero:
                return Joint.SLOPE if (positive.slope - otherwise.slope).is_zero else Joint.VALUE
        except Undecided:
            continue
    return Joint.NOTHING


def _guesses(phi: Formula, field: Field, gap: Fraction) -> Iterator[tuple[Element, arb]]:
    """Numbers that p may be, exactly and as balls."""
    if abs(gap) > 100:
        return
    p = 1 / (1 + exp(float(gap)))
    near = Fraction(p).limit_denominator(LARGEST_DENOMINATOR)
    if near > 0 and abs(float(near) / p - 1) < NEAR:
        yield field.number(near), ball_of(near)
    for n in dict.fromkeys(n.number for n in phi.nodes if n.number is not None and n.number > 0 and n.number != 1):
        ratio = log(p) / log(n)
        power = Fraction(ratio).limit_denominator(LARGEST_DENOMINATOR)
        if abs(float(power) - ratio) < NEAR:
            yield field.power(field.number(n), field.number(power)), ball_of(n) ** ball_of(power)


class PointReading(Reading[AtPoint]):
    """Values and derivatives at the gap at which softmax(z)_y is ``p``, as elements."""

    def __init__(self, field: Field, p: Element) -> None:
        self._field, self._p = field, p

    # leaves

    def number(self, value: Fraction) -> AtPoint:
        return AtPoint(self._field.number(value), self._field.zero)

    def parameter(self, name: str) -> AtPoint:
        self._left(f"the parameter {name}")

    def classes(self) -> AtPoint:
        self._left("C")

    def onehot(self) -> AtPoint:
        self._left("the one-hot vector")

    def total(self, v: AtPoint) -> AtPoint:  # noqa: ARG002
        self._left("a sum")

    def logits(self) -> AtPoint:
        try:
            value = self._field.log((1 - self._p) / self._p)
        except Undecided:  # 1 - p is not shown to be positive; functions of p alone do not ask
            value = None
        return AtPoint(value, self._field.one, turned=1)

    def take(self, v: AtPoint) -> AtPoint:
        return v

    # arithmetic

    def add(self, a: AtPoint, b: AtPoint) -> AtPoint:
        return AtPoint(self._known(a) + self._known(b), a.slope + b.slope)

    def sub(self, a: AtPoint, b: AtPoint) -> AtPoint:
        return AtPoint(self._known(a) - self._known(b), a.slope - b.slope)

    def neg(self, a: AtPoint) -> AtPoint:
        return AtPoint(None if a.value is None else -a.value, -a.slope, -a.turned)

    def mul(self, a: AtPoint, b: AtPoint) -> AtPoint:
        x, y = self._known(a), self._known(b)
        return AtPoint(x * y, a.slope * y + x * b.slope)

    def div(self, a: AtPoint, b: AtPoint) -> AtPoint:
        x, y = self._known(a), self._known(b)
        return AtPoint(x / y, (a.slope * y - x * b.slope) / (y * y))

    def pow(self, a: AtPoint, b: AtPoint) -> AtPoint:
        if not b.slope.is_zero:
            self._left("a power that depends on z")
        x, n = self._known(a), self._known(b)
        if a.slope.is_zero:
            return AtPoint(self._field.power(x, n), self._field.zero)
        return AtPoint(self._field.power(x, n), n * self._field.power(x, n - 1) * a.slope)

    # functions

    def exp(self, a: AtPoint) -> AtPoint:
        found = self._field.exp(self._known(a))
        return AtPoint(found, found * a.slope)

    def log(self, a: AtPoint) -> AtPoint:
        x = self._known(a)
        return AtPoint(self._field.log(x), a.slope / x)

    def sigmoid(self, a: AtPoint) -> AtPoint:
        value = {1: 1 - self._p, -1: self._p}.get(a.turned)
        if value is None:
            return super().sigmoid(a)
        return AtPoint(value, self._p * (1 - self._p) * a.turned)

    def softplus(self, a: AtPoint) -> AtPoint:
        """log(1 + e^g) = -log p."""
        value = {1: self._p, -1: 1 - self._p}.get(a.turned)
        if value is None:
            return super().softplus(a)
        return AtPoint(-self._field.log(value), (1 - value) * a.turned)

    def branch(self, u: AtPoint, positive: AtPoint, otherwise: AtPoint) -> AtPoint:  # noqa: ARG002
        self._left("a case distinction inside of another")

    def _known(self, a: AtPoint) -> Element:
        if a.value is None:
            self._left("the gap itself")
        return a.value

    def _left(self, what: str) -> Never:
        raise Undecided.of(Code.UNMAPPED_OP, f"values where the form changes leave open {what}", "write it otherwise")
