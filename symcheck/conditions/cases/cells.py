"""Cells: a part of a scope cut where a constant changes its sign, so that on each piece it has one sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import sympy
from sympy import Expr

from symcheck.conditions.cases.partitions import refined
from symcheck.conditions.cases.parts import Constraint, Part, Rewriting
from symcheck.conditions.cases.zeros import FINDERS, floor_of, last_wholes_below, zeros
from symcheck.conditions.rounding import rounded_names
from symcheck.field.element import Element
from symcheck.field.signs.pieces import pieces
from symcheck.field.signs.sign import Kind
from symcheck.field.symbols import symbol_of
from symcheck.field.text import term
from symcheck.language.interval import Interval
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Scalar, Term
from symcheck.reason import Undecided

OPEN = (Kind.MIXED, Kind.UNKNOWN)


def cells(part: Part, c: Element) -> list[Part]:
    """The pieces of ``part`` on which ``c`` is to have one sign; none if they were not found.

    First by the classes, then by the first parameter in which the zeros of a factor are known.
    """
    runs = pieces(c)
    if len(runs) > 1:
        return [part.on(classes) for classes, _ in runs]
    # A sign changes where a factor does; the denominator counts, as p/(p - q) changes its sign at a pole, too.
    for side in (c.numerator, c.denominator):
        for factor, _ in () if side.rational is not None else c.field.factors(side)[1]:
            if c.field.sign(factor).kind in OPEN:
                # A rounded number is never cut: which side it lies on is what nobody knows.
                names = sorted(c.field.depends(factor) - {"C"} - rounded_names(part.scope))
                for find, name in product(FINDERS, names):
                    found = [p for p in _along(part, factor, part.scope.parameter(name), find) if not p.is_empty]
                    if len(found) > 1:
                        return found
    return []


def _along(
    part: Part, factor: Element, p: Parameter, find: Callable[[Element, str], list[Element] | None]
) -> list[Part]:
    """``part`` cut at the zeros of ``factor`` in ``p``, if this is how they are found."""
    if p.interval.integer:
        wholes = last_wholes_below(factor, p.name)
        if wholes is not None:
            exact = [t.rational for t in zeros(factor, p.name) or ()]
            return list(_whole_cells(part, p, wholes, [int(t) for t in exact if t is not None and t.denominator == 1]))
    try:
        slope = factor.field.derivative(factor, p.name)
    except Undecided:  # (-1)**n has none
        return []
    if p.name not in factor.field.depends(slope) and factor.field.sign(slope).kind is Kind.MIXED:
        return cells(part, slope)  # where the coefficient of p vanishes there is no zero
    found = find(factor, p.name)
    if found and p.interval.integer:
        floors = [floor_of(t) for t in found]
        wholes = [k for k in floors if k is not None]
        if len(wholes) == len(floors):
            return list(
                _whole_cells(part, p, wholes, [k for k, t in zip(wholes, found, strict=True) if t.rational == k])
            )
    return [] if found is None else _real_cells(part, p, found)


def _whole_cells(part: Part, p: Parameter, wholes: list[int], exact: list[int]) -> Iterator[Part]:
    """The cells between the zeros of a parameter of whole numbers; a zero that is one is a cell of its own."""
    starts: list[Fraction | None] = [None, *map(Fraction, sorted({k + 1 for k in wholes} | set(exact)))]
    for low, following in zip(starts, [*starts[1:], None], strict=True):
        high = None if following is None else following - 1
        side = _common(p.interval, low, high)
        if not side.is_empty:
            yield _narrowed(part, part.scope.classes, p, side, _whole_constraints(part, p, side))


def _common(interval: Interval, low: Fraction | None, high: Fraction | None) -> Interval:
    """The whole numbers of ``interval`` from ``low`` to ``high``."""
    least, greatest = interval.whole_ends
    least = low if least is None or (low is not None and low > least) else least
    greatest = high if greatest is None or (high is not None and high < greatest) else greatest
    return Interval(least, greatest, low_open=False, high_open=False, integer=True)


def _whole_constraints(part: Part, p: Parameter, side: Interval) -> tuple[Constraint, ...]:
    """What a reader is told of the whole numbers in ``side``: the ends that are not those of the interval of p."""
    least, greatest = p.interval.whole_ends
    if side.low is not None and side.low == side.high:
        # One number is told as such, though it was cut out by two inequalities.
        return (part.constraint(p, "=", _sympy(side.low)),)
    found = []
    if side.low is not None and side.low != least:
        found.append(part.constraint(p, ">=", _sympy(side.low)))
    if side.high is not None and side.high != greatest:
        found.append(part.constraint(p, "<=", _sympy(side.high)))
    return tuple(found)


@dataclass(frozen=True)
class _End:
    """An end of a cell: a zero, an end of the interval, or None far out; the number if it is rational."""

    value: Element | None
    is_closed: bool = False
    is_own: bool = False
    """Whether it is an end of the parameter's own interval, of which a reader need not be told."""

    @property
    def rational(self) -> Fraction | None:
        return None if self.value is None else self.value.rational

    @property
    def is_plain(self) -> bool:
        """Whether an interval can have this end."""
        return self.value is None or self.rational is not None


def _real_cells(part: Part, p: Parameter, found: list[Element]) -> list[Part]:
    """The cells between the zeros ``found``, and the zeros themselves, run by run of the classes.

    Where it depends on other parameters whether a zero lies in the interval of ``p``, they are cut first.
    """
    field = found[0].field
    low, high = (None if end is None else field.number(end) for end in (p.interval.low, p.interval.high))
    inside = [(t, [] if low is None else [t - low], [] if high is None else [high - t]) for t in found]
    distances = [d for _, below, above in inside for d in (*below, *above)]
    runs = refined(*map(pieces, distances)) if distances else ((part.scope.classes, ()),)
    made: list[Part] = []
    for classes, signs in runs:
        for distance, sign in zip(distances, signs, strict=True):
            if sign.kind in OPEN:
                # p < 1/q is no end of the cell where it depends on q whether 1/q lies in the interval of p.
                return cells(part.on(classes), distance) if len(runs) == 1 else [part.on(c) for c, _ in runs]
        kinds = iter([sign.kind for sign in signs])
        places = [_Zero(t, [next(kinds) for _ in below], [next(kinds) for _ in above]) for t, below, above in inside]
        within = [z for z in places if z.is_inside]
        made += list(_cells_on(part, classes, p, within)) if within else [part.on(classes)]
    return made


@dataclass(frozen=True)
class _Zero:
    """A zero, and the signs of its distances from the ends of the interval where it has them."""

    value: Element
    above_low: list[Kind]
    below_high: list[Kind]

    @property
    def is_inside(self) -> bool:
        return Kind.NEGATIVE not in (*self.above_low, *self.below_high)


def _cells_on(part: Part, classes: Classes, p: Parameter, within: list[_Zero]) -> Iterator[Part]:
    """The cells for ``classes``: each zero alone, where the interval has it, and what lies between them."""
    number, interval = within[0].value.field.number, p.interval
    left = _End(None if interval.low is None else number(interval.low), not interval.low_open, is_own=True)
    right = _End(None if interval.high is None else number(interval.high), not interval.high_open, is_own=True)
    for zero in within:
        if Kind.ZERO in zero.below_high:  # it is the right end
            break
        if Kind.ZERO not in zero.above_low:
            yield from _between(part, classes, p, left, _End(zero.value))
            yield from _at(part, classes, p, zero.value)
            left = _End(zero.value)
        else:  # it is the left end
            if left.is_closed and left.value is not None:
                yield from _at(part, classes, p, left.value)
            left = _End(left.value)
    else:
        yield from _between(part, classes, p, left, right)
        return
    yield from _between(part, classes, p, left, _End(right.value))
    if right.is_closed and right.value is not None:
        yield from _at(part, classes, p, right.value)


def _at(part: Part, classes: Classes, p: Parameter, t: Element) -> Iterator[Part]:
    """The part in which p is t."""
    if not p.interval.integer or t.rational is None or t.rational.denominator == 1:
        expression = t.sympy()
        yield part.rewritten(classes, (part.constraint(p, "=", expression),), Rewriting(p, term(t), expression))


def _between(part: Part, classes: Classes, p: Parameter, a: _End, b: _End) -> Iterator[Part]:
    """The part in which p lies between two ends."""
    constraints = tuple(
        part.constraint(p, relation, end.value.sympy())
        for relation, end in ((">", a), ("<", b))
        if end.value is not None and not end.is_own
    )
    if a.is_plain and b.is_plain:
        ends = {"low_open": not a.is_closed, "high_open": not b.is_closed}
        side = Interval(a.rational, b.rational, integer=p.interval.integer, **ends)
        if not side.is_empty:
            yield _narrowed(part, classes, p, side, constraints)
        return
    name, p_symbol = _unused(p.name, part.scope), symbol_of(p)
    if a.value is not None and b.value is not None:
        # An interval has rational ends, and a zero that depends on C or is irrational is none: so p is written in s.
        unit = Interval(Fraction(0), Fraction(1), low_open=not a.is_closed, high_open=not b.is_closed)
        fresh = Parameter.of(name, unit)
        width = b.value - a.value
        value = _plus(a.value, term(width) * fresh)
        expression = a.value.sympy() + width.sympy() * symbol_of(fresh)
        inverse = (p_symbol - a.value.sympy()) / width.sympy()
    else:
        end = a if a.value is not None else b
        assert end.value is not None
        sides = {"low_open": True, "high_open": True}
        low, high = (Fraction(0), None) if end is a else (None, Fraction(0))
        fresh = Parameter.of(name, Interval(low, high, **sides))
        value = _plus(end.value, fresh)
        expression = end.value.sympy() + symbol_of(fresh)
        inverse = p_symbol - end.value.sympy()
    yield part.rewritten(classes, constraints, Rewriting(p, value, expression, fresh, inverse))


def _narrowed(part: Part, classes: Classes, p: Parameter, side: Interval, constraints: tuple[Constraint, ...]) -> Part:
    """The part in which p lies in ``side``, which is one number or an interval."""
    if side.low is not None and side.low == side.high:
        return part.rewritten(classes, constraints, Rewriting(p, Scalar("number", data=side.low), _sympy(side.low)))
    # With rational ends nothing has to be rewritten: p keeps its name, and a reader sees no s.
    narrow = Parameter.of(p.name, side)
    return part.rewritten(classes, constraints, Rewriting(p, narrow, symbol_of(narrow), narrow, symbol_of(p)))


def _plus(a: Element, b: Term) -> Term:
    return b if a.is_zero else term(a) + b


def _unused(name: str, scope: Scope) -> str:
    """A name for the fresh parameter that no other one has."""
    taken = {p.name for p in scope.parameters}
    fresh = f"{name}_side"
    while fresh in taken:
        fresh += "_"
    return fresh


def _sympy(value: Fraction) -> Expr:
    return sympy.Rational(value.numerator, value.denominator)
