"""The values of a parameter of one loss at which kappa_a is a multiple of the kappa of another loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from flint import arb
from sympy import Expr

from symcheck.budget import Budget
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.cases.witness_points import decimals
from symcheck.conditions.cases.zeros import STRICT
from symcheck.design.matching.kappas import Kappa
from symcheck.design.matching.logarithms import joined_logarithms
from symcheck.design.matching.roots import Zero, roots
from symcheck.design.matching.value import EVERY, Solution
from symcheck.field.ball import PRECISIONS, working
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind, Sign
from symcheck.field.symbols import symbol_of
from symcheck.language.interval import Interval, decimal
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Code, Reason, Undecided

SETTLE = "give C, and values to the other parameters"


@dataclass(frozen=True)
class Equation:
    """kappa_a = ``weight`` kappa_b for ``classes``, where kappa_a is ``one`` and kappa_b ``two``."""

    one: Kappa
    two: Kappa
    classes: Classes
    weight: Expr
    parameter: Parameter
    scope: Scope

    def sign(self, budget: Budget) -> Kind:
        """The sign of kappa_a - weight kappa_b for all values of the parameter."""
        part, field = self._place(budget)
        return field.sign(self._excess(part, field)).kind

    def _place(self, budget: Budget) -> tuple[Part, Field]:
        part = self.one.part.on(self.classes)
        return part, Field(self._scope_in(part), budget)

    def _excess(self, part: Part, field: Field) -> Element:
        target = part.ahead(self.weight * self.two.value)
        return field.from_sympy(part.ahead(self.one.value)) - field.from_sympy(target)

    def solutions(self, budget: Budget) -> Iterator[Solution]:
        """All values of the parameter in its range that solve it; raises ``Undecided`` if these are not known."""
        part, field = self._place(budget)
        excess = self._excess(part, field)
        name = _name_in(part, self.parameter.name)
        where = self._where(part)
        old = part.ahead(symbol_of(self.parameter))
        if name is None or name not in field.depends(excess):
            if excess.is_zero or field.sign(excess).kind is Kind.ZERO:
                value = field.from_sympy(old) if name is None else None
                shown = Solution(self.classes, where or part.where, None, EVERY)
                yield shown if value is None else _exact(self.classes, where, value)
            elif field.sign(excess).kind not in STRICT:
                raise Undecided(_unknown(excess))
            return
        for root in roots(excess, name):
            for classes, condition in _placed(root, field.scope.parameter(name).interval, field):
                told = " and ".join(x for x in (where, condition) if x)
                if root.value is None:
                    yield _numeric(classes, told, root, field.from_sympy(old), name)
                else:
                    new = symbol_of(field.scope.parameter(name))
                    yield _exact(classes, told, field.from_sympy(old.subs(new, root.value.sympy())))

    def _scope_in(self, part: Part) -> Scope:
        gone = {r.parameter.name for r in part.rewritings}
        known = {p.name: p for p in self.scope.parameters if p.name not in gone}
        known |= {p.name: p for p in part.scope.parameters}
        return Scope(self.classes, tuple(known[n] for n in sorted(known)))

    def _where(self, part: Part) -> str:
        """What the cases need of other parameters than the one that is looked for."""
        others = [str(c) for c in part.constraints if c.parameter.name != self.parameter.name]
        return " and ".join([*others, *([self.two.where] if self.two.where else [])])


def _name_in(part: Part, name: str) -> str | None:
    """What the parameter ``name`` is called in ``part``; None if it has one value there."""
    for r in part.rewritings:
        if r.parameter.name == name:
            if r.fresh is None:
                return None
            name = r.fresh.name
    return name


def _exact(classes: Classes, where: str, value: Element) -> Solution:
    here = value.at({"C": classes.low}) if classes.fixed is not None and "C" in value.field.depends(value) else value
    return Solution(classes, where, joined_logarithms(here.sympy()), digits(here, classes))


def digits(value: Element, classes: Classes) -> str:
    """``value`` as a decimal, "" unless it is a number."""
    if value.field.depends(value):
        return ""
    number = value.rational
    if number is not None and Fraction(decimal(number, up=False)) == number:
        return decimal(number, up=False)
    return decimals(value.ball({"C": classes.low}, PRECISIONS[1]))[0]


def _numeric(classes: Classes, where: str, root: Zero, old: Element, name: str) -> Solution:
    """The solution in an interval: ``old`` is the parameter, which increases with ``name``."""
    assert root.low is not None
    assert root.high is not None
    with working(PRECISIONS[1]):
        low, high = (old.ball({name: x, "C": classes.low}, PRECISIONS[1]) for x in (root.low, root.high))
        shown = low.union(high).str(12, radius=False)
    return Solution(classes, where, None, str(shown), _rational(low.lower()), _rational(high.upper()))


def _rational(end: arb) -> Fraction:
    mantissa, exponent = end.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _placed(root: Zero, side: Interval, field: Field) -> list[tuple[Classes, str]]:
    """The numbers of classes for which ``root`` lies in the interval ``side``, with conditions on other parameters."""
    value = root.value
    if value is None:
        return [(field.scope.classes, "")]
    if side.integer and (value.rational is None or value.rational not in side):
        if value.rational is not None:
            return []
        raise Undecided(_unknown(value))
    found = [(field.scope.classes, "")]
    for gap, is_open in _gaps(value, side):
        found = [
            (common, f"{where} and {more}" if where and more else where or more)
            for classes, where in found
            for inside, more in _positive(gap, field, is_open=is_open)
            if (common := classes.common(inside)) is not None
        ]
    return found


def _gaps(value: Element, side: Interval) -> Iterator[tuple[Element, bool]]:
    if side.low is not None:
        yield value - side.low, side.low_open
    if side.high is not None:
        yield -value + side.high, side.high_open


def _positive(gap: Element, field: Field, *, is_open: bool) -> list[tuple[Classes, str]]:
    """Where ``gap`` > 0, or >= 0 if the end is not open."""
    holds = _holds(field.sign(gap), is_open=is_open)
    if holds is not None:
        return [(field.scope.classes, "")] if holds else []
    if field.depends(gap) == {"C"}:
        runs = [(classes, _holds(sign, is_open=is_open)) for classes, sign in field.runs(gap)]
        if any(holds is None for _, holds in runs):
            raise Undecided(_unknown(gap))
        return [(classes, "") for classes, holds in runs if holds]
    if not field.depends(gap):
        raise Undecided(_unknown(gap))
    return [(field.scope.classes, f"{gap.text()} {'>' if is_open else '>='} 0")]


def _holds(sign: Sign, *, is_open: bool) -> bool | None:
    if sign.kind is Kind.POSITIVE or (not is_open and (sign.nonnegative or sign.kind is Kind.ZERO)):
        return True
    if sign.kind in (Kind.NEGATIVE, Kind.ZERO) or (is_open and sign.nonpositive):
        return False
    return None


def _unknown(c: Element) -> Reason:
    return Reason(Code.SIGN_UNKNOWN, f"the sign of {c.text()} was not decided", SETTLE)
