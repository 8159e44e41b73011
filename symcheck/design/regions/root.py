"""Roots: zeros of a function of one parameter, each known by an interval that holds no other one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from flint import arb, fmpq, fmpz_poly
from sympy import Expr, Integer, Rational, sqrt, together

from symcheck.field.ball import PRECISIONS, working
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.rules.roots import HIGHEST_DEGREE, only_variable, real_roots, univariate
from symcheck.field.signs.sign import Kind
from symcheck.language.interval import Interval
from symcheck.reason import Undecided
from symcheck.render.expression import expression_text

DECIMALS = (6, 12, 24, 48)
"""The interval of a root of a polynomial is one unit of the first of these decimals that keeps it apart."""

SHARP = Fraction(1, 10**6)
"""The interval of another root is at most so wide, for a root of about 1, and in proportion for one beyond."""


@dataclass(frozen=True)
class Root:
    """The one zero of ``function``, an expression in one parameter, that lies between ``low`` and ``high``."""

    function: Expr
    low: Fraction
    high: Fraction

    @property
    def text(self) -> str:
        """The root in words, with its interval."""
        return f"the root of {expression_text(self.function)} between {_decimal(self.low)} and {_decimal(self.high)}"


def _decimal(value: Fraction) -> str:
    """``value``, which has finitely many decimals, with them."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return str(value) if rest > 1 else format(Decimal(value.numerator) / Decimal(value.denominator), "f")


End: TypeAlias = "Expr | Root"
"""Where a range ends: an exact expression, or a root that has none."""


@dataclass(frozen=True)
class Between:
    """The numbers between ``low`` and ``high`` (None: the ends of the interval asked about), and the ``sign`` there."""

    low: End | None
    high: End | None
    sign: int


@dataclass(frozen=True)
class Signs:
    """The ``zeros`` of a function in an interval, in increasing order, and what its sign is ``between`` them."""

    zeros: tuple[End, ...]
    between: tuple[Between, ...]


def signs_of(f: Element, name: str, side: Interval) -> Signs | None:
    """Where ``f``, an element in the parameter ``name`` alone, is of which sign in ``side``; None if that is not found.

    All roots of a polynomial are isolated; a function that rises or falls in the whole of its field's scope has one
    root at most, which lies between two points of different sign.
    """
    try:
        if f.denominator.rational is not None and only_variable(f) == name:
            return _of_polynomial(f, name, side)
        return _of_monotone(f, name)
    except Undecided:
        return None


def _of_polynomial(f: Element, name: str, side: Interval) -> Signs | None:
    polynomial, p = univariate(f), f.field.parameter(name)
    if polynomial.degree() > HIGHEST_DEGREE:
        return None
    factors = [factor for factor, _ in polynomial.factor()[1]]
    exact = [-Fraction(int(g[0]), int(g[1])) for g in factors if g.degree() == 1]
    others = [(g, root) for g in factors if g.degree() > 1 for root in real_roots(g)]
    # The others are irrational, so that none lies at a rational number.
    numbers = [*exact, *(end for end in (side.low, side.high) if end is not None)]
    around = next(
        (r for d in DECIMALS if (r := _apart([_around(root, d) for _, root in others], numbers)) is not None), None
    )
    if around is None:
        return None
    found: list[tuple[Fraction, Fraction, End]] = [(x, x, _rational(x)) for x in exact]
    for (g, _), (low, high) in zip(others, around, strict=True):
        function = sum((p**k * int(g[k]) for k in range(1, g.degree() + 1)), f.field.number(int(g[0])))
        end = _of_quadratic(g, low, high) or Root(function.sympy(), low, high)
        found.append((low, high, end))
    inside = sorted((z for z in found if z[0] in _closed(side) and z[1] in _closed(side)), key=lambda z: z[0])
    # A zero at a closed end is a point of the side; nothing lies between it and the end.
    inside = [z for z in inside if z[0] < z[1] or z[0] in side]
    ends: list[tuple[Fraction | None, Fraction | None, End | None]] = [
        (None, side.low, None),
        *inside,
        (side.high, None, None),
    ]
    between = [
        Between(a[2], b[2], _sign(polynomial, _point(a[1], b[0])))
        for a, b in pairwise(ends)
        if a[1] is None or a[1] != b[0]
    ]
    return Signs(tuple(z[2] for z in inside), tuple(between))


def _of_quadratic(g: fmpz_poly, low: Fraction, high: Fraction) -> Expr | None:
    """The zero of a g of degree 2 that lies between two numbers: by the formula, the sign of the root by the vertex."""
    if g.degree() != 2:
        return None
    c, b, a = (int(g[k]) for k in range(3))
    vertex = Fraction(-b, 2 * a)
    if low <= vertex <= high:
        return None
    sign = 1 if (low > vertex) is (a > 0) else -1
    return together((sign * sqrt(Integer(b * b - 4 * a * c)) - b) / (2 * a))


def _closed(side: Interval) -> Interval:
    return Interval(side.low, side.high, low_open=False, high_open=False)


Ends = tuple[Fraction, Fraction]


def _around(root: arb, decimals: int) -> Ends | None:
    """The two neighbouring numbers with so many decimals between which the root lies; None if its ball is too wide."""
    with working(PRECISIONS[1]):
        whole = (root * 10**decimals).floor().unique_fmpz()
    return None if whole is None else (Fraction(int(whole), 10**decimals), Fraction(int(whole) + 1, 10**decimals))


def _apart(found: list[Ends | None], numbers: list[Fraction]) -> list[Ends] | None:
    """The intervals, if they share no point with each other, nor hold one of the ``numbers``."""
    roots = [r for r in found if r is not None]
    together = any(a[1] >= b[0] for a, b in pairwise(sorted(roots)))
    together = together or any(low <= x <= high for low, high in roots for x in numbers)
    return None if together or len(roots) < len(found) else roots


def _point(low: Fraction | None, high: Fraction | None) -> Fraction:
    """A point between two numbers, of which None is far out."""
    if low is not None and high is not None:
        return (low + high) / 2
    if low is not None:
        return low + 1
    return Fraction(0) if high is None else high - 1


def _sign(polynomial: fmpz_poly, point: Fraction) -> int:
    value = polynomial(fmpq(point.numerator, point.denominator))
    return (value > 0) - (value < 0)


def _of_monotone(f: Element, name: str) -> Signs | None:
    field = f.field
    slope = field.sign(field.derivative(f, name)).kind
    if slope not in (Kind.POSITIVE, Kind.NEGATIVE):
        return None
    low, high = _bracket(f, name)
    if low is None or high is None:
        return None
    rises = 1 if slope is Kind.POSITIVE else -1
    below = -rises
    while high - low > SHARP * max(Fraction(1), abs(low)):
        middle = _near((low + high) / 2, (high - low) / 8)
        found = sign_at(f, name, middle)
        if found is None:
            return None
        if found == 0:
            return _around_one(_rational(middle), below)
        low, high = (middle, high) if found == below else (low, middle)
    return _around_one(Root(f.sympy(), low, high), below)


def _around_one(zero: End, below: int) -> Signs:
    return Signs((zero,), (Between(None, zero, below), Between(zero, None, -below)))


def _bracket(f: Element, name: str) -> tuple[Fraction | None, Fraction | None]:
    """Two points at which ``f`` has different signs, the smaller one first."""
    found = {sample.sign: sample.values[name] for sample in f.field.sign(f).points if name in sample.values}
    if {-1, 1} <= set(found):
        return min(found[-1], found[1]), max(found[-1], found[1])
    return None, None


def sign_at(f: Element, name: str, value: Fraction) -> int | None:
    """The sign of ``f`` where the parameter has this value, None if it was not decided."""
    there = f.at({name: value})
    kind = there.field.sign(there).kind
    return {Kind.POSITIVE: 1, Kind.NEGATIVE: -1, Kind.ZERO: 0}.get(kind)


def _near(value: Fraction, reach: Fraction) -> Fraction:
    """A number near ``value``, nearer than ``reach``, that is short to write."""
    digits = 0
    while Fraction(1, 10**digits) > reach:
        digits += 1
    return Fraction(round(value * 10**digits), 10**digits)


@dataclass(frozen=True)
class Order:
    """Which ends lie below which, in the whole scope of the ``field``."""

    field: Field

    def below(self, a: End, b: End) -> bool:
        """Whether a < b is proved."""
        one = _rational(a.high) if isinstance(a, Root) else a
        other = _rational(b.low) if isinstance(b, Root) else b
        if one == other:  # a root lies within its interval, and not at an end of it
            return isinstance(a, Root) or isinstance(b, Root)
        try:
            return self.field.sign(self.field.from_sympy(other) - self.field.from_sympy(one)).kind is Kind.POSITIVE
        except Undecided:
            return False


def _rational(value: Fraction) -> Expr:
    return Rational(value.numerator, value.denominator)
