"""Roots: zeros of a function of one parameter, each known by an interval that holds no other one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from flint import arb, fmpq, fmpz_poly
from sympy import Expr, Rational

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
class Pieces:
    """The ``roots`` of a function in an interval, in increasing order, and its ``signs`` before, between and after."""

    roots: tuple[End, ...]
    signs: tuple[int, ...]


def pieces_of(f: Element, name: str, side: Interval) -> Pieces | None:
    """Where ``f``, an element in the parameter ``name`` alone, is of which sign in ``side``; None if that is not found.

    All roots of an irreducible polynomial are isolated; a function that rises or falls in the whole of its field's
    scope has one root at most, which lies between two points of different sign.
    """
    try:
        if only_variable(f) == name and 1 < univariate(f).degree() <= HIGHEST_DEGREE:
            return _of_polynomial(f, side)
        return _of_monotone(f, name)
    except Undecided:
        return None


def _of_polynomial(f: Element, side: Interval) -> Pieces | None:
    polynomial, function = univariate(f), f.sympy()
    # An irreducible polynomial of degree 2 or more has no rational root, so that none lies at an end of the side.
    ends = [end for end in (side.low, side.high) if end is not None]
    roots = next((r for d in DECIMALS if (r := _apart([_around(x, d) for x in real_roots(polynomial)], ends))), None)
    if roots is None:
        return None
    after = [r for r in roots if side.low is None or side.low < r[0]]
    inside = [r for r in after if side.high is None or r[1] < side.high]
    marks = [None, *inside, None]
    points = [_point(side, a and a[1], b and b[0]) for a, b in pairwise(marks)]
    signs = tuple(_sign(polynomial, point) for point in points)
    return Pieces(tuple(Root(function, low, high) for low, high in inside), signs)


Ends = tuple[Fraction, Fraction]


def _around(root: arb, decimals: int) -> Ends | None:
    """The two neighbouring numbers with so many decimals between which the root lies; None if its ball is too wide."""
    with working(PRECISIONS[1]):
        whole = (root * 10**decimals).floor().unique_fmpz()
    return None if whole is None else (Fraction(int(whole), 10**decimals), Fraction(int(whole) + 1, 10**decimals))


def _apart(found: list[Ends | None], ends: list[Fraction]) -> list[Ends] | None:
    """The intervals in increasing order, if they share no point with each other, nor with the ``ends``."""
    roots = sorted(r for r in found if r is not None)
    together = any(a[1] >= b[0] for a, b in pairwise(roots)) or any(a <= end <= b for a, b in roots for end in ends)
    return None if together or len(roots) < len(found) else roots


def _point(side: Interval, low: Fraction | None, high: Fraction | None) -> Fraction:
    """A point of ``side`` between two numbers, where None stands for its own end."""
    low, high = side.low if low is None else low, side.high if high is None else high
    if low is not None and high is not None:
        return (low + high) / 2
    if low is not None:
        return low + 1
    return Fraction(0) if high is None else high - 1


def _sign(polynomial: fmpz_poly, point: Fraction) -> int:
    value = polynomial(fmpq(point.numerator, point.denominator))
    return (value > 0) - (value < 0)


def _of_monotone(f: Element, name: str) -> Pieces | None:
    field = f.field
    slope = field.sign(field.derivative(f, name)).kind
    if slope not in (Kind.POSITIVE, Kind.NEGATIVE):
        return None
    low, high = _bracket(f, name)
    if low is None or high is None:
        return None
    rises = 1 if slope is Kind.POSITIVE else -1
    signs = (-rises, rises)
    while high - low > SHARP * max(Fraction(1), abs(low)):
        middle = _near((low + high) / 2, (high - low) / 8)
        found = sign_at(f, name, middle)
        if found is None:
            return None
        if found == 0:
            return Pieces((Rational(middle.numerator, middle.denominator),), signs)
        low, high = (middle, high) if found == signs[0] else (low, middle)
    return Pieces((Root(f.sympy(), low, high),), signs)


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


def lies_below(field: Field, a: Expr, b: Expr) -> bool:
    """Whether a < b is proved in the whole scope of ``field``."""
    try:
        return field.sign(field.from_sympy(b) - field.from_sympy(a)).kind is Kind.POSITIVE
    except Undecided:
        return False
