"""Rigorous values of elements at points: real balls of FLINT, never floats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ContextDecorator
from fractions import Fraction
from typing import Final

import flint
from flint import arb

from symcheck.field.base import AbstractField
from symcheck.field.element import Element, Parts, Powers
from symcheck.field.generator import Role
from symcheck.language.array import Array
from symcheck.language.interval import Interval

PRECISIONS = (64, 256, 1024, 4096)
"""Bits tried one after the other until a ball excludes 0."""


class working(ContextDecorator):
    """FLINT's working precision (one global for all threads) set to ``precision`` bits, and restored."""

    __slots__ = ("_before", "_precision")

    def __init__(self, precision: int) -> None:
        self._precision = precision

    def __enter__(self) -> None:
        self._before = flint.ctx.prec
        flint.ctx.prec = self._precision

    def __exit__(self, *_: object) -> None:
        flint.ctx.prec = self._before


def ball_of(value: int | Fraction) -> arb:
    """The ball of a rational number at the working precision."""
    if isinstance(value, int):
        return arb(value)
    return arb(value.numerator) / value.denominator if value.denominator != 1 else arb(value.numerator)


def ball_in(interval: Interval) -> arb:
    """A ball around all the numbers of a bounded interval."""
    assert interval.low is not None
    assert interval.high is not None
    return ball_of(interval.low).union(ball_of(interval.high))


def entry_balls(array: Array) -> tuple[tuple[arb, ...], ...]:
    """The given entries of ``array`` row by row, those that are rounded as balls around where they lie."""

    def ball(value: Fraction, inside: Interval | None) -> arb:
        return ball_of(value) if inside is None else ball_in(inside)

    rows = array.values or ()
    return tuple(tuple(ball(x, array.range_of(i, j)) for j, x in enumerate(row)) for i, row in enumerate(rows))


_FUNCTIONS: Final[dict[Role, Callable[[arb], arb]]] = {
    Role.LOG: arb.log, Role.EXP: arb.exp, Role.ARCCOS: arb.acos, Role.COS: arb.cos, Role.SIN: arb.sin,
    Role.ARCTAN: arb.atan, Role.ERF: arb.erf,
}  # fmt: skip


class Point:
    """A point of a field's scope: the ``values`` of its variables, and balls of generators, each found once.

    A rounded number without a value here is anywhere in its interval, and so are the balls that depend on it.
    """

    __slots__ = ("_balls", "_field", "values")

    def __init__(self, field: AbstractField, values: Mapping[str, int | Fraction]) -> None:
        self._field = field
        self.values = dict(values)
        self._balls: dict[int, dict[int, arb]] = {}

    def ball(self, c: Element, precision: int = PRECISIONS[0]) -> arb:
        """The value of ``c`` here: the true value lies in the ball (not a number where it is undefined)."""
        with working(precision):
            return self._ball(c, self._balls.setdefault(precision, {}))

    def sign(self, c: Element, precisions: tuple[int, ...] = PRECISIONS) -> int | None:
        """-1 or 1 if a ball of ``c`` here excludes 0, else None (0 itself is never shown by a ball)."""
        for precision in precisions:
            ball = self.ball(c, precision)
            if ball > 0:
                return 1
            if ball < 0:
                return -1
        return None

    def sum_sign(self, parts: Parts, precisions: tuple[int, ...] = PRECISIONS) -> int | None:
        """The same for a polynomial given by its terms."""
        for precision in precisions:
            with working(precision):
                ball = self._sum(parts, self._balls.setdefault(precision, {}))
            if ball > 0:
                return 1
            if ball < 0:
                return -1
        return None

    def _ball(self, c: Element, balls: dict[int, arb]) -> arb:
        value = self._sum(c.parts, balls)
        return value if c.d.is_one() else value / self._sum(c.denominator_parts, balls)

    def _sum(self, parts: Parts, balls: dict[int, arb]) -> arb:
        value = arb(0)
        for coefficient, powers in parts:
            term = arb(coefficient)
            for place, exponent in powers:
                ball = balls.get(place)
                if ball is None:
                    ball = balls[place] = self._generator(place, balls)
                term *= ball if exponent == 1 else ball**exponent
            value += term
        return value

    def _generator(self, place: int, balls: dict[int, arb]) -> arb:
        g = self._field.generators[place]
        if g.role in _FUNCTIONS:
            return _FUNCTIONS[g.role](self._ball(g.argument, balls))
        if g.role is Role.PARITY:
            return self._parity(g.argument.parts[0][1])
        # A rounded number has no value: its ball holds all that it may be.
        value = self.values.get(g.name)
        if value is None and self._field.box.side(g.name).rounded:
            return ball_in(self._field.box.side(g.name))
        return ball_of(self.values[g.name])

    def _parity(self, powers: Powers) -> arb:
        """(-1)**e for a product e of variables; no number where one of them is no whole number."""
        factors = [Fraction(self.values[self._field.generators[place].name]) for place, _ in powers]
        if any(x.denominator != 1 for x in factors):
            return arb("nan")
        return arb(-1 if all(x.numerator % 2 for x in factors) else 1)
