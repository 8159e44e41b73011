"""The sign of a factor on a scope, and points at which it is 0 or has no value."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice

from symcheck.budget import Budget
from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.agreement.sample_point import sample_values
from symcheck.conditions.cases.zeros import STRICT, last_wholes_below, zeros
from symcheck.conditions.everywhere.everywhere import points_of
from symcheck.design.sameness.apart import numbers_of_classes
from symcheck.design.sameness.link import Link
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.reason import Undecided

MOST_POINTS = 8
"""So many zeros of one factor are looked at."""


@dataclass(frozen=True)
class FactorSign:
    """``sign`` is "> 0" or "< 0" if it is so on the whole scope; ``vanishing``: what has to be != 0 for that.

    The factor of a = f b + h is n/d.  Where ``vanishing[0]``, the n, is 0 the label drops out of a; where
    ``vanishing[1]``, the d, is 0 it drops out of b.
    """

    sign: str
    vanishing: tuple[tuple[Element, ...], tuple[Element, ...]] = ((), ())

    @property
    def condition(self) -> str:
        """Where the factor has a value that is not 0."""
        return " and ".join(dict.fromkeys(f"{c.text()} != 0" for side in self.vanishing for c in side))


def factor_sign(link: Link, scope: Scope, budget: Budget) -> FactorSign:
    """The sign of the factor of ``link``, taken apart into its irreducible parts."""
    field = Field(Scope(scope.classes, scope.parameters), budget)
    positive = True
    vanishing: tuple[list[Element], list[Element]] = [], []
    for side, part in enumerate((link.factor.numerator, link.factor.denominator)):
        content, factors = field.factors(link.field.restricted(part, field))
        positive = positive is (content > 0)
        for f, k in factors:
            sign = field.sign(f)
            if sign.kind not in STRICT:
                vanishing[side].append(f)
            positive = positive is not (sign.kind is Kind.NEGATIVE and k % 2 == 1)
    if vanishing[0] or vanishing[1]:
        return FactorSign("", (tuple(vanishing[0]), tuple(vanishing[1])))
    return FactorSign("> 0" if positive else "< 0")


def zeros_of(part: Element, difference: Formula, scope: Scope) -> Iterator[ArrayPoint]:
    """Points of ``scope`` at which ``part`` is 0, exactly."""
    for values in islice(_zeros(part, scope), MOST_POINTS):
        classes = int(values["C"])
        named = {n: v for n, v in values.items() if n != "C"}
        point = next(iter(points_of(difference, scope, classes, 1)), None)
        with suppress(Undecided):
            if point is not None and part.at(values).is_zero:
                yield replace(point, values={**point.values, **named})


def _zeros(part: Element, scope: Scope) -> Iterator[dict[str, Fraction]]:
    inside = sample_values(scope)
    for sample in part.field.sign(part).points:
        if sample.sign == 0:
            yield {"C": Fraction(scope.classes.low), **inside, **sample.values}
    for classes in numbers_of_classes(scope):
        inner = {**inside, "C": Fraction(classes)}
        for name in sorted(part.field.depends(part)):
            with suppress(Undecided):
                alone = part.at({n: v for n, v in inner.items() if n != name}).numerator
                for value in _solutions(alone, name):
                    if int(value) in scope.classes if name == "C" else value in scope.parameter(name).interval:
                        yield {**inner, name: value}


def _solutions(alone: Element, name: str) -> Iterator[Fraction]:
    if name == "C":
        yield from map(Fraction, last_wholes_below(alone, name) or [])
    else:
        yield from (v.rational for v in zeros(alone, name) or [] if v.rational is not None)
