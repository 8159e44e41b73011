"""All zeros of a constant in one variable: as expressions where there are any, else each in an interval of its own.

A part of the interval on which the sign of f is proved has no zero.  One on which the sign of f' is proved has one if
the signs of f at two of its points are opposite, and none else, if they tell that.  Other parts are halved.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from symcheck.conditions.cases.zeros import STRICT, zeros
from symcheck.field.ball import Point
from symcheck.field.base import AbstractField
from symcheck.field.element import Element, Powers
from symcheck.field.field import Field
from symcheck.field.generator import Role
from symcheck.field.signs.sign import Kind
from symcheck.language.interval import Interval
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Scope
from symcheck.reason import Code, Reason, Undecided

DEEPEST: Final = 24
"""An interval is halved, or a half-line cut off, at most so often."""

HIGHEST_POWER: Final = 12
"""A sum of logarithms with larger weights is not written as a product."""

HALVINGS: Final = 56
"""An interval around a zero is halved so often."""

TOWARDS_AN_END: Final = 48
"""A sign near an end is looked for at so many points, each half as far from it as the one before."""


@dataclass(frozen=True)
class Zero:
    """A zero: ``value`` where it is an expression, and else the only one between ``low`` and ``high``."""

    value: Element | None
    low: Fraction | None = None
    high: Fraction | None = None


def roots(f: Element, name: str) -> list[Zero]:
    """All zeros of ``f`` in the variable ``name`` in its interval, or beyond its ends if they are expressions.

    Raises ``Undecided`` where it is not shown that these are all.
    """
    field = f.field
    found: list[Zero] = []
    for factor, _ in field.factors(f)[1]:
        if name not in field.depends(factor) or field.sign(factor).kind in STRICT:
            continue
        values = _expressions(factor, name)
        if values is not None:
            found += [Zero(v) for v in values]
        else:
            found += _isolated(factor, name)
    return found


def _expressions(f: Element, name: str) -> list[Element] | None:
    """The zeros as expressions, None if they were not found."""
    for find in (zeros, _of_two_powers, _of_logarithms):
        with suppress(Undecided):
            found = find(f, name)
            if found is not None:
                return found
    return None


def _of_two_powers(f: Element, name: str) -> list[Element] | None:
    """Where A e^u + B e^v = 0, that is u - v = log(-B/A), as in (a + 1/C)^q = C^q/5."""
    field = f.field
    groups = _weights(f, name)
    if len(groups) != 2:
        return None
    (one, a), (two, b) = groups
    if any(field.generators[place].role is not Role.EXP for place, _ in (*one, *two)):
        return None
    if field.sign(a).kind not in STRICT or field.sign(b).kind not in STRICT:
        return None
    if field.sign(a * b).kind is Kind.POSITIVE:
        return []
    exponent = _logarithm(f, one) - _logarithm(f, two)
    return _expressions((exponent - field.log(-b / a)).numerator, name)


def _of_logarithms(f: Element, name: str) -> list[Element] | None:
    """Where k log u + m log v + A = 0, that is u^k v^m = e^(-A), for whole numbers k and m."""
    field = f.field
    product, rest = field.one, field.zero
    for powers, weight in _weights(f, name):
        if not powers:
            rest = weight
            continue
        ((place, exponent), *others) = powers
        number = weight.rational
        is_one = not others and exponent == 1 and field.generators[place].role is Role.LOG
        if not is_one or number is None or number.denominator != 1 or abs(number) > HIGHEST_POWER:
            return None
        product = product * field.generators[place].argument ** int(number)
    # Each u and v is positive in the scope, and a zero beyond its ends is left out where it is placed.
    return _expressions((product - field.exp(-rest)).numerator, name)


def _weights(f: Element, name: str) -> list[tuple[Powers, Element]]:
    """``f`` as a polynomial in the generators in which ``name`` occurs: monomials with their weights."""
    field = f.field
    found: dict[Powers, Element] = {}
    for coefficient, powers in f.parts:
        inside = tuple((p, e) for p, e in powers if name in field.generators[p].depends)
        rest = field.monomial(tuple(x for x in powers if x not in inside)) * coefficient
        found[inside] = found.get(inside, field.zero) + rest
    return list(found.items())


def _logarithm(f: Element, powers: Powers) -> Element:
    """The u of a product e^u of exponentials."""
    return f.field.sum(f.field.generators[place].argument * e for place, e in powers)


def _isolated(f: Element, name: str) -> list[Zero]:
    if f.field.depends(f) != {name}:
        raise Undecided(_open(f"{f.text()} = 0 was not solved for {name}", "give C, and values to other parameters"))
    side = f.field.scope.parameter(name).interval
    if side.integer:
        raise Undecided(_open(f"{f.text()} = 0 was not solved in whole numbers", "give the parameter a value"))
    ends = ((side.low, side.low_open), (side.high, side.high_open))
    closed = [end for end, is_open in ends if end is not None and not is_open]
    found = [root for end in closed for root in _at(f, name, end)]
    inner = Interval(side.low, side.high, low_open=True, high_open=True)
    return [*found, *_inside(f, name, inner, DEEPEST)]


def _inside(f: Element, name: str, side: Interval, depth: int) -> Iterator[Zero]:
    f.field.budget.check()
    if not depth:
        raise Undecided(_open(f"the zeros of {f.text()} in {name} were not isolated", "give the parameter a value"))
    here = _field_on(f.field, name, side)
    if here.sign(f.field.restricted(f, here)).kind in STRICT:
        return
    if here.sign(f.field.restricted(f.derivative(name), here)).kind in STRICT:
        # f is monotone: where it is 0 at an end, or has one sign at both, it is 0 nowhere between.
        if any(end is not None and _is_zero_at(f, name, end) for end in (side.low, side.high)):
            return
        signs = {None if end is None else _sign(f, name, end) for end in (side.low, side.high)}
        if len(signs) == 1 and None not in signs:
            return
        bracket = _bracket(f, name, side)
        if bracket is not None:
            yield Zero(None, *_narrowed(f, name, *bracket))
            return
    middle = _middle(side)
    yield from _inside(f, name, side.cut("<", middle), depth - 1)
    yield from _at(f, name, middle)
    yield from _inside(f, name, side.cut(">", middle), depth - 1)


def _at(f: Element, name: str, x: Fraction) -> list[Zero]:
    """The zero at ``x``, if there is one; raises ``Undecided`` if neither a form nor a ball tells."""
    if _is_zero_at(f, name, x):
        return [Zero(f.field.number(x))]
    if _sign(f, name, x) is None:
        raise Undecided(_open(f"it is open whether {f.text()} is 0 at {name} = {x}", "give the parameter a value"))
    return []


def _is_zero_at(f: Element, name: str, x: Fraction) -> bool:
    with suppress(Undecided):
        return f.at({name: x}).is_zero
    return False


def _field_on(field: AbstractField, name: str, side: Interval) -> Field:
    return Field(Scope(field.scope.classes, (Parameter.of(name, side),)), field.budget)


def _bracket(f: Element, name: str, side: Interval) -> tuple[Fraction, Fraction] | None:
    """Two points of ``side`` at which the signs of ``f`` are opposite, None if none are found."""
    signs: dict[int, Fraction] = {}
    for x in _points(side):
        sign = _sign(f, name, x)
        if sign is not None:
            signs.setdefault(sign, x)
        if len(signs) == 2:
            low, high = sorted(signs.values())
            return low, high
    return None


def _points(side: Interval) -> Iterator[Fraction]:
    """Points of an interval, nearer and nearer to its ends."""
    middle = _middle(side)
    yield middle
    for k in range(1, TOWARDS_AN_END):
        if side.low is not None:
            yield side.low + (middle - side.low) / 2**k
        if side.high is not None:
            yield side.high - (side.high - middle) / 2**k
        if side.low is None:
            yield middle - 2**k
        if side.high is None:
            yield middle + 2**k


def _middle(side: Interval) -> Fraction:
    if side.low is not None and side.high is not None:
        return (side.low + side.high) / 2
    if side.low is not None:
        return max(side.low + 1, 2 * side.low)
    return Fraction(0) if side.high is None else min(side.high - 1, 2 * side.high)


def _narrowed(f: Element, name: str, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """A shorter interval around the zero between ``low`` and ``high``."""
    below = _sign(f, name, low)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        sign = _sign(f, name, middle)
        if sign is None:
            break
        low, high = (middle, high) if sign == below else (low, middle)
    return low, high


def _sign(f: Element, name: str, x: Fraction) -> int | None:
    values = {name: x, "C": Fraction(f.field.scope.classes.low)}
    return Point(f.field, values).sign(f)


def _open(why: str, settle: str) -> Reason:
    return Reason(Code.SIGN_UNKNOWN, why, settle)
