"""Regions of z on which formulas with kinks are smooth ones: every relu, abs, branch takes one side there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from symcheck.budget import Budget
from symcheck.decomposition.linear import linear_parts
from symcheck.field.element import Element
from symcheck.field.everywhere_field import EverywhereField
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.language.term import Term
from symcheck.language.terms_of import term_of_formula, terms_of
from symcheck.readings.everywhere import EverywhereReading
from symcheck.readings.fixed import FixedReading
from symcheck.reason import Undecided

MOST_SWITCHES = 4
"""Formulas with more switches than this are looked at near z = 0 alone, where each has one side."""

_SWITCHES: Final[dict[str, tuple[Callable[..., Term], Callable[..., Term], Callable[..., Term]]]] = {
    "relu": (lambda x: x, lambda x: x, lambda x: 0 * x),
    "abs": (lambda x: x, lambda x: x, lambda x: -x),
    "branch": (lambda u, _, __: u, lambda _, p, __: p, lambda _, __, q: q),
    "maximum": (lambda a, b: a - b, lambda a, _: a, lambda _, b: b),
    "minimum": (lambda a, b: b - a, lambda a, _: a, lambda _, b: b),
}
"""Of each operator what it looks at, its value where that is > 0, and its value where that is < 0."""


@dataclass(frozen=True)
class Side:
    """``formula`` is the one that was asked about at every z and y where all ``switches`` are > 0, for every class.

    ``is_near_zero``: that is so for every y near z = 0.
    """

    formula: Formula
    switches: tuple[Formula, ...]
    is_near_zero: bool = True


def sides(formula: Formula, scope: Scope, budget: Budget) -> Iterator[Side]:
    """The formula on the regions that its switches make; first of all near z = 0, if it is known there."""
    field = EverywhereField(scope, budget)
    all_sides = sum(n.op in _SWITCHES for n in formula.nodes) <= MOST_SWITCHES
    found = list(_sides(Side(formula, ()), field, all_sides=all_sides))
    yield from sorted(found, key=lambda side: not side.is_near_zero)


def joined(one: Side, two: Side) -> tuple[Formula, ...] | None:
    """The switches of both; None if they are of opposite signs somewhere."""
    switches = tuple(dict.fromkeys((*one.switches, *two.switches)))
    return None if any(turned(s) in switches for s in switches) else switches


def turned(switch: Formula) -> Formula:
    """The switch that is > 0 where ``switch`` is < 0."""
    return Formula.of(-term_of_formula(switch))


def region_text(switches: tuple[Formula, ...], scope: Scope, budget: Budget, *, is_near_zero: bool) -> str:
    """Where all ``switches`` are > 0: a box about z = 0 if they are linear and > 0 there, else in so many words."""
    radii = None
    with suppress(Undecided):
        radii = _radii(switches, EverywhereField(scope, budget)) if is_near_zero else None
    if radii is not None:
        return " and ".join(f"||z||_inf < {r}" for r in radii)
    told = " and ".join(f"{s} > 0" for s in switches)
    return f"{told}, for every class" if any(s.vectors[-1] for s in switches) else told


def _sides(side: Side, field: EverywhereField, *, all_sides: bool) -> Iterator[Side]:
    formula = side.formula
    # Arguments come first, so that what a switch looks at has no switch inside.
    place = next((i for i, n in enumerate(formula.nodes) if n.op in _SWITCHES), None)
    if place is None:
        yield side
        return
    field.budget.check()
    looked_at, *values = _SWITCHES[formula.nodes[place].op]
    terms = terms_of(formula)
    inside = looked_at(*(terms[a] for a in formula.nodes[place].args))
    for value, term in zip(values, (inside, -inside), strict=True):
        switch = Formula.of(term)
        # Two operators that look at one thing take one side.
        if turned(switch) in side.switches:
            continue
        is_near = side.is_near_zero and _is_positive_at_zero(switch, field)
        if all_sides or is_near:
            switches = side.switches if switch in side.switches else (*side.switches, switch)
            there = formula.with_branch(place, lambda args, value=value: value(*args))  # type: ignore[misc]
            yield from _sides(Side(there, switches, is_near), field, all_sides=all_sides)


def _is_positive_at_zero(switch: Formula, field: EverywhereField) -> bool:
    try:
        return all(field.sign(c).kind is Kind.POSITIVE for c in _at_zero(switch, field))
    except Undecided:
        return False


def _at_zero(switch: Formula, field: EverywhereField) -> list[Element]:
    if field.scope.classes.fixed == 2:
        return [x for y in (0, 1) for x in FixedReading(field, y, at_zero=True).read(switch)]
    return list(EverywhereReading(field, at_zero=True).read(switch).at.values())


def _radii(switches: tuple[Formula, ...], field: EverywhereField) -> list[str] | None:
    found: list[Element] = []
    for switch in switches:
        parts = linear_parts(switch, field)
        if parts is None:
            return None
        for constant, slopes in parts:
            if field.sign(constant).kind is not Kind.POSITIVE:
                return None
            # By Hoelder |slopes'z| <= sum |slope| ||z||_inf: below constant/sum what it looks at stays above 0.
            found.append(constant / field.sum(field.absolute(slope) for slope in slopes))
    numbers = [r.rational for r in found]
    known = [r for r in numbers if r is not None]
    if len(known) == len(found):
        return [str(min(known))] if known else None
    return list(dict.fromkeys(r.text() for r in found))
