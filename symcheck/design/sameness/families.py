"""Values of parameters at which two formulas are one, or closer than elsewhere.

Where a = f b + h(z) the weights of products of functions of z in sym(a) and sym(b) have one ratio, so the cross
ratios p_m q_n - p_n q_m are 0; and powers such as p_y**q and p_y**(1 - 1/alpha) are one function where their
exponents are equal.  These are equations in the parameters.  What solves one is put in, and the formulas are compared
anew: an equation says where to look, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from flint import arb

from symcheck.budget import Budget
from symcheck.conditions.agreement.sample_point import sample_values
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.cases.zeros import STRICT, zeros
from symcheck.conditions.everywhere.decomposition import terms_in_logits
from symcheck.conditions.everywhere.everywhere import difference_of, points_of
from symcheck.design.pair_given import with_constant
from symcheck.design.sameness.apart import apart_at, numbers_of_classes
from symcheck.design.sameness.link import Link, Pair, cross_terms, link_of
from symcheck.field.ball import ball_of
from symcheck.field.element import Element
from symcheck.field.everywhere_field import EverywhereField
from symcheck.field.field import Field
from symcheck.field.generator import Role
from symcheck.language.formula import Formula
from symcheck.language.interval import Interval
from symcheck.language.scope import Scope
from symcheck.reason import Undecided

MOST_EQUATIONS = 24
"""So many equations are solved, those with the fewest terms first."""

MOST_TRIED = 12
"""So many values are put in."""

MOST_VALUES = 10
"""So many values of one parameter are tried that no equation gives."""

EXPONENTS = (0, 1, 2)
"""A power with one of these exponents may be another function: 1, its base, or a square."""


@dataclass(frozen=True)
class Family:
    """At ``name`` = ``value`` the ``pair`` is linked as ``link`` says, wherever the value lies in its interval."""

    name: str
    value: Element
    pair: tuple[Formula, Formula]
    scope: Scope
    link: Link


def families(pair: Pair, formulas: tuple[Formula, Formula], link: Link | None, budget: Budget) -> Iterator[Family]:
    """Values of single parameters at which ``formulas`` have a closer link than ``link``."""
    budget.check()
    tried = 0
    for solutions in _solved(pair, formulas, link):
        solved = ""
        for name, value in solutions:
            # One equation is told as one parameter, with all its values.
            if solved not in ("", name):
                continue
            if tried == MOST_TRIED:
                return
            with suppress(Undecided):
                if not _may_be(value, pair.scope.parameter(name).interval, pair.scope):
                    continue
                tried += 1
                if _is_refuted(name, value, pair.scope, formulas, budget):
                    continue
                found = _at(name, value, pair.scope, formulas, budget)
                if found is not None and (link is None or found.link.relation.rank < link.relation.rank):
                    solved = name
                    yield found


def _is_refuted(name: str, value: Element, scope: Scope, formulas: tuple[Formula, Formula], budget: Budget) -> bool:
    """Whether a point with this value tells the two apart: that takes less time than to compare their forms."""
    for classes in numbers_of_classes(scope)[:2]:
        for point in points_of(difference_of(*formulas), scope, classes, 1):
            number = value.at({"C": classes, **point.values}).rational
            if number is not None and number in scope.parameter(name).interval:
                there = replace(point, values={**point.values, name: number})
                if apart_at(formulas, there, budget) is not None:
                    return True
    return False


def _at(name: str, value: Element, scope: Scope, formulas: tuple[Formula, Formula], budget: Budget) -> Family | None:
    """The formulas with ``value`` put in, compared anew."""
    budget.check()
    first, second = (with_constant(f, scope.parameter(name), value, scope) for f in formulas)
    narrow = _without(name, scope, (first, second))
    link = link_of(Pair(first, second, narrow, budget))
    return None if link is None else Family(name, value, (first, second), narrow, link)


def _without(name: str, scope: Scope, formulas: tuple[Formula, ...]) -> Scope:
    parameters = tuple(p for p in scope.parameters if p.name != name)
    return scope_with(Scope(scope.classes, parameters, scope.arrays), difference_of(*formulas))


def _may_be(value: Element, interval: Interval, scope: Scope) -> bool:
    """Whether ``value`` lies in ``interval`` at some point that is tried."""
    if value.rational is not None:
        return value.rational in interval
    if interval.integer:
        return False
    for classes in numbers_of_classes(scope):
        ball = value.ball({"C": classes, **sample_values(scope)}, 128)
        if ball.is_finite() and _is_inside(ball, interval):
            return True
    return False


def _is_inside(ball: arb, interval: Interval) -> bool:
    above = interval.low is None or ball > ball_of(interval.low)
    return bool(above and (interval.high is None or ball < ball_of(interval.high)))


def _solved(pair: Pair, formulas: tuple[Formula, Formula], link: Link | None) -> Iterator[list[tuple[str, Element]]]:
    """The solutions of each irreducible equation, by parameters, those of the shortest equations first."""
    owners = {p.name: len(f.parameters) for f in reversed(formulas) for p in f.parameters if not p.rounded}
    names = [p.name for p in pair.scope.parameters if p.name in owners]
    field = Field(Scope(pair.scope.classes, pair.scope.parameters), pair.field.budget)
    equations: dict[str, Element] = {}
    for equation in _equations(pair, link):
        if pair.is_constant(equation) and pair.field.depends(equation) & set(names):
            equations.setdefault(equation.numerator.key, equation.numerator)
    done: set[str] = set()
    for equation in sorted(equations.values(), key=lambda e: (len(e.parts), e.key))[:MOST_EQUATIONS]:
        with suppress(Undecided):
            for factor, _ in field.factors(pair.field.restricted(equation, field))[1]:
                if factor.key not in done:
                    done.add(factor.key)
                    found = [(n, value) for n in names for value in _solutions(factor, n)]
                    yield sorted(found, key=lambda s: (_is_partial(s[1]), owners[s[0]], s[0]))


def _is_partial(value: Element) -> bool:
    """Whether ``value`` may have a pole in the scope."""
    return value.field.sign(value.denominator).kind not in STRICT


def _solutions(factor: Element, name: str) -> list[Element]:
    """Values of ``name`` at which ``factor`` is 0, wherever they exist."""
    field = factor.field
    if name not in field.depends(factor):
        return []
    slope = factor.derivative(name)
    if name in field.depends(slope):
        with suppress(Undecided):
            return zeros(factor, name) or []
        return []
    # The value exists where the slope is not 0, which need not be everywhere.
    value = (slope * field.variable(name) - factor) * slope.reciprocal()
    return [] if name in field.depends(value) else [value]


def _equations(pair: Pair, link: Link | None) -> Iterator[Element]:
    field = pair.field
    if link is not None:
        yield link.factor - 1
        if not pair.is_constant(link.rest):
            yield from (w for _, w in terms_in_logits(field, link.rest))
        return
    first, second = pair.symmetric()
    if pair.are_zero(first) and pair.are_zero(second):
        first, second = pair.centred()
    yield from _cross_ratios(field, first[0], second[0])
    yield from _exponents(pair)
    yield from _special_values(pair)


def _special_values(pair: Pair) -> Iterator[Element]:
    """A parameter less a value at which formulas often are one: an end of its interval, 0, 1, 2, a number in them."""
    written = [n.number for f in pair.formulas for n in f.nodes if n.number is not None]
    for p in pair.scope.parameters:
        ends = ((p.interval.low, p.interval.low_open), (p.interval.high, p.interval.high_open))
        closed = [end for end, is_open in ends if end is not None and not is_open]
        for value in list(dict.fromkeys([*closed, *map(Fraction, EXPONENTS), *written]))[:MOST_VALUES]:
            if value in p.interval and not p.rounded:
                yield pair.field.parameter(p.name) - value


def _cross_ratios(field: EverywhereField, first: Element, second: Element) -> Iterator[Element]:
    terms = cross_terms(field, first, second)
    pivot = next(((p, q) for p, q in terms if not p.is_zero and not q.is_zero), None)
    if pivot is not None:
        yield from (pivot[0] * q - pivot[1] * p for p, q in terms)


def _exponents(pair: Pair) -> Iterator[Element]:
    """Differences of exponents in powers of functions of z, and of these and the small whole numbers."""
    field, found = pair.field, {}
    for g in list(field.generators):
        if g.role is Role.EXP and field.mentions_logits(g.argument):
            for _, weight in terms_in_logits(field, g.argument.numerator):
                exponent = weight / g.argument.denominator
                if pair.is_constant(exponent):
                    found[exponent.key] = exponent
    free = [e for e in found.values() if e.rational is None]
    numbers = dict.fromkeys(
        [*map(Fraction, EXPONENTS), *(e.rational for e in found.values() if e.rational is not None)]
    )
    for e in free:
        yield from (e - k for k in numbers)
    # x**(1 - 1/alpha) is written as x/x**(1/alpha): exponents are equal up to whole numbers and signs.
    for one, other in combinations(free, 2):
        yield from (one + other * s - k for s in (-1, 1) for k in (0, 1, -1))
