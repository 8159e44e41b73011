"""Regions of z on which formulas with kinks are smooth ones: every relu, abs, branch takes one side there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Final

from symcheck.budget import Budget
from symcheck.conditions.everywhere.everywhere import ball_at, difference_of, points_of
from symcheck.decomposition.linear import linear_parts
from symcheck.design.sameness.apart import numbers_of_classes, places
from symcheck.field.element import Element
from symcheck.field.everywhere_field import EverywhereField
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.functions import amin
from symcheck.language.scope import Scope
from symcheck.language.term import Scalar, Term
from symcheck.language.terms_of import term_of_formula, terms_of
from symcheck.readings.fixed import elements_of
from symcheck.reason import Undecided

SCALES = (Fraction(1), Fraction(1, 8), Fraction(8))
"""Points of a region are looked for at so many scales."""

SHIFTS = (Fraction(0), Fraction(3), Fraction(-3))
"""And moved by so many times C."""

MOST_POINTS = 3
"""Points of a region are looked for at so many values of parameters."""

MOST_SWITCHES = 4
"""Formulas with more switches than this are looked at near z = 0 alone, where each has one side."""

_ZERO: Final = Scalar("number", data=Fraction(0))
_SWITCHES: Final[dict[str, tuple[Callable[..., tuple[Term, Term]], Callable[..., Term], Callable[..., Term]]]] = {
    "relu": (lambda x: (x, _ZERO), lambda x: x, lambda x: 0 * x),
    "abs": (lambda x: (x, _ZERO), lambda x: x, lambda x: -x),
    "branch": (lambda u, _, __: (u, _ZERO), lambda _, p, __: p, lambda _, __, q: q),
    "maximum": (lambda a, b: (a, b), lambda a, _: a, lambda _, b: b),
    "minimum": (lambda a, b: (b, a), lambda a, _: a, lambda _, b: b),
}
"""Of each operator the two terms that it compares, its value where the first is larger, and where the second is."""


@dataclass(frozen=True)
class Switch:
    """That ``larger`` > ``smaller``, for every class if one of them is a class-vector."""

    larger: Formula
    smaller: Formula

    @property
    def turned(self) -> Switch:
        """The opposite."""
        return Switch(self.smaller, self.larger)

    @property
    def difference(self) -> Formula:
        """What is > 0."""
        return difference_of(self.larger, self.smaller)

    @property
    def least(self) -> Formula:
        """What is > 0, as one number: the least of the classes."""
        difference = self.difference
        return difference if difference.is_scalar else Formula.of(amin(term_of_formula(difference)))

    def __str__(self) -> str:
        return f"{self.smaller} < {self.larger}" if str(self.larger) == "0" else f"{self.larger} > {self.smaller}"


@dataclass(frozen=True)
class Side:
    """``formula`` is the one that was asked about at every z and y where all the ``switches`` hold.

    ``is_near_zero``: that is so for every y near z = 0.
    """

    formula: Formula
    switches: tuple[Switch, ...]
    is_near_zero: bool = True


def sides(formula: Formula, scope: Scope, budget: Budget) -> Iterator[Side]:
    """The formula on the regions that its switches make; first of all near z = 0, if it is known there."""
    field = EverywhereField(scope, budget)
    all_sides = sum(n.op in _SWITCHES for n in formula.nodes) <= MOST_SWITCHES
    found = list(_sides(Side(formula, ()), field, all_sides=all_sides))
    yield from sorted(found, key=lambda side: not side.is_near_zero)


def joined(one: Side, two: Side) -> tuple[Switch, ...] | None:
    """The switches of both; None if they contradict each other."""
    switches = tuple(dict.fromkeys((*one.switches, *two.switches)))
    return None if any(s.turned in switches for s in switches) else switches


def is_met(switches: tuple[Switch, ...], scope: Scope, budget: Budget) -> bool:
    """Whether a point is found at which all ``switches`` hold."""
    least = [s.least for s in switches]
    together = Formula.of(sum((term_of_formula(f) for f in least[1:]), term_of_formula(least[0])))
    for classes in numbers_of_classes(scope)[:2]:
        for point in points_of(together, scope, classes, MOST_POINTS):
            for scale, shift, z in product(SCALES, SHIFTS, places(classes)):
                budget.check()
                there = tuple(scale * (x + shift * classes) for x in z)
                for y in range(1, min(classes, 3) + 1):
                    balls = (ball_at(f, point, there, y) for f in least)
                    if all(ball is not None and ball > 0 for ball in balls):
                        return True
    return False


def region_text(switches: tuple[Switch, ...], scope: Scope, budget: Budget, *, is_near_zero: bool) -> str:
    """Where all ``switches`` hold: a box about z = 0 if they are linear and hold there, else in so many words."""
    radii = None
    with suppress(Undecided):
        radii = _radii(switches, EverywhereField(scope, budget)) if is_near_zero else None
    if radii is not None:
        return " and ".join(f"||z||_inf < {r}" for r in radii)
    told = " and ".join(map(str, switches))
    return told if all(s.difference.is_scalar for s in switches) else f"{told}, for every class"


def _sides(side: Side, field: EverywhereField, *, all_sides: bool) -> Iterator[Side]:
    formula = side.formula
    # Arguments come first, so that what a switch looks at has no switch inside.
    place = next((i for i, n in enumerate(formula.nodes) if n.op in _SWITCHES), None)
    if place is None:
        yield side
        return
    field.budget.check()
    compared, *values = _SWITCHES[formula.nodes[place].op]
    terms = terms_of(formula)
    larger, smaller = map(Formula.of, compared(*(terms[a] for a in formula.nodes[place].args)))
    for value, switch in zip(values, (Switch(larger, smaller), Switch(smaller, larger)), strict=True):
        # Two operators that compare the same take one side.
        if switch.turned in side.switches:
            continue
        is_near = side.is_near_zero and _holds_at_zero(switch.difference, field)
        if all_sides or is_near:
            switches = side.switches if switch in side.switches else (*side.switches, switch)
            there = formula.with_branch(place, lambda args, value=value: value(*args))  # type: ignore[misc]
            yield from _sides(Side(there, switches, is_near), field, all_sides=all_sides)


def _holds_at_zero(difference: Formula, field: EverywhereField) -> bool:
    try:
        values = elements_of(difference, field, 2 if field.scope.classes.fixed == 2 else None, at_zero=True)
        return all(field.sign(c).kind is Kind.POSITIVE for c in values)
    except Undecided:
        return False


def _radii(switches: tuple[Switch, ...], field: EverywhereField) -> list[str] | None:
    found: list[Element] = []
    for switch in switches:
        parts = linear_parts(switch.difference, field)
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
