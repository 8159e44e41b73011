"""Splitting a scope where a formula branches on C or on a parameter.

relu(p_y - 1/tau) at z = 0 is on one side for tau < C and on the other for tau > C.  Each part of the scope
is a problem without that choice, in a scope of the same kind: with a threshold t of the parameter p between
its ends lo and hi,

    p < t becomes p = lo + (t - lo) s, p > t becomes p = t + (hi - t) s or t + s, with a new free s,

and on the threshold p is t.  What is found is written in p again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

import sympy

from symcheck.budget import Budget
from symcheck.calculus.cases import refined
from symcheck.calculus.rounding import rounded_names
from symcheck.constants.constant import Constant
from symcheck.constants.field import Field
from symcheck.constants.pieces import pieces
from symcheck.constants.reading import constant
from symcheck.constants.shown import term
from symcheck.constants.sign import Kind
from symcheck.constants.symbols import symbol_of
from symcheck.derivation import Derivation, Step
from symcheck.finding import Finding, Trust
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Term, lift
from symcheck.readings.stops import Branching
from symcheck.verdict import conjunction

if TYPE_CHECKING:
    from sympy import Expr

R = TypeVar("R")

DEEPEST = 3
"""A part is split again at most so many times."""


@dataclass(frozen=True)
class Rewriting:
    """``parameter`` = ``value``, a term in ``fresh``, C and other parameters; ``inverse``: fresh in SymPy, by it."""

    parameter: Parameter
    value: Term
    fresh: Parameter | None = None
    inverse: Expr | None = None

    def back(self, expression: Expr) -> Expr:
        """``expression`` in the old parameter again."""
        if self.fresh is None or self.inverse is None:
            return expression
        return sympy.cancel(expression.subs(symbol_of(self.fresh), self.inverse))

    def values(self, found: Mapping[str, Fraction], classes: int) -> dict[str, Fraction]:
        """The values ``found`` with that of the old parameter in the place of the fresh one's."""
        formula = Formula.of(self.value).with_values(found)
        value = constant(Field(Scope(Classes(classes, classes), formula.parameters)), formula).rational
        kept = {n: v for n, v in found.items() if self.fresh is None or n != self.fresh.name}
        return kept if value is None else {**kept, self.parameter.name: value}


@dataclass(frozen=True)
class Part:
    """The ``formula`` in a part of a scope; ``where`` says of the parameters which ("" for all their values)."""

    formula: Formula
    scope: Scope
    where: str = ""
    rewritings: tuple[Rewriting, ...] = ()

    @property
    def name(self) -> str:
        """The part in words."""
        return f"{self.scope.classes}, {self.where}" if self.where else str(self.scope.classes)

    @property
    def steps(self) -> Derivation:
        """How the parameters of the whole scope are written in this part."""
        return tuple(
            Step(
                r.parameter.name,
                str(Formula.of(r.value)),
                "" if r.fresh is None else f"{r.fresh.name} in {r.fresh.interval}",
            )
            for r in self.rewritings
        )

    def back(self, expression: Expr) -> Expr:
        """``expression`` in the parameters of the whole scope."""
        for r in reversed(self.rewritings):
            expression = r.back(expression)
        return expression

    def values(self, found: Mapping[str, Fraction], classes: int) -> dict[str, Fraction]:
        """Parameter values of this part as values of the whole scope's parameters."""
        values = dict(found)
        for r in reversed(self.rewritings):
            values = r.values(values, classes)
        return values


def reports_by_part(
    part: Part, report: Callable[[Part, Budget], R], budget: Budget, depth: int = DEEPEST
) -> list[tuple[Part, R]]:
    """``report`` of each part of ``part`` on which the formula does not branch.

    Raises ``Branching`` where a branch depends on the scope in a way that cannot be split.
    """
    try:
        return [(part, report(part, budget))]
    except Branching as stop:
        smaller = list(_parts(part, stop.constant)) if depth else []
        if not smaller:
            raise
        return [found for p in smaller for found in reports_by_part(p, report, budget, depth - 1)]


def together(parts: list[Part], findings: Iterable[Finding]) -> Finding:
    """The findings on one condition in all the ``parts`` of a scope, as one on the whole scope."""
    pairs = list(zip(parts, findings, strict=True))
    verdict = conjunction(f.verdict for _, f in pairs)
    part, worst = next((p, f) for p, f in pairs if f.verdict is verdict)
    witness = worst.witness
    if witness is not None:
        values = part.values(witness.parameters, witness.classes)
        hidden = any(r.parameter.name not in values for r in part.rewritings)  # an irrational value
        quantity = f"where {part.where}, {witness.quantity}" if hidden else witness.quantity
        witness = replace(witness, parameters=values, quantity=quantity)
    details = dict.fromkeys(f"{p.name}: {f.detail}" for p, f in pairs)
    trust = Trust.BALL if any(f.trust is Trust.BALL for _, f in pairs) else Trust.EXACT
    steps = tuple(
        replace(s, name=f"{p.name}: {s.name}") for p, f in pairs for s in (*p.steps, *f.derivation) if f.derivation
    )
    return replace(worst, detail="; ".join(details), trust=trust, derivation=steps, witness=witness)


def _parts(part: Part, c: Constant) -> Iterator[Part]:
    """The parts of ``part`` on which ``c`` has one sign, none if they are not found."""
    runs = pieces(c)
    if len(runs) > 1:
        for classes, _ in runs:
            yield replace(part, scope=Scope(classes, part.scope.parameters))
        return
    for factor, _ in c.field.factors(c)[1]:
        if c.field.sign(factor).kind in (Kind.MIXED, Kind.UNKNOWN):
            for name in sorted(c.field.depends(factor) - {"C"} - rounded_names(part.scope)):
                threshold = _root(factor, name)
                if threshold is not None:
                    yield from _sides(part, part.scope.parameter(name), threshold)
                    return


def _root(factor: Constant, name: str) -> Constant | None:
    """The t of factor = A (p - t), for a factor that is linear in the parameter p and nothing else of p."""
    field = factor.field
    slope = field.derivative(factor, name)
    if name in field.depends(slope) or field.sign(slope).kind not in (Kind.POSITIVE, Kind.NEGATIVE):
        return None
    t = field.parameter(name) - factor / slope
    return None if name in field.depends(t) else t


def _sides(part: Part, p: Parameter, t: Constant) -> Iterator[Part]:
    """p < t, p = t and p > t where t lies inside p's interval; the classes where it lies outside, as they are.

    Nothing if for some C it depends on the other parameters whether t lies inside, or if t is a closed end.
    """
    field = t.field
    low, high = p.interval.low, p.interval.high
    ends = [] if low is None else [pieces(t - field.number(low))]
    ends += [] if high is None else [pieces(field.number(high) - t)]
    runs = refined(*ends) if ends else ((part.scope.classes, ()),)
    if any(sign.kind not in (Kind.POSITIVE, Kind.NEGATIVE) for _, signs in runs for sign in signs):
        return
    for classes, signs in runs:
        if all(sign.kind is Kind.POSITIVE for sign in signs):
            sides = {"<": _below(part, p, t), "=": Rewriting(p, term(t)), ">": _above(part, p, t)}
            for relation, rewriting in sides.items():
                yield _rewritten(part, classes, f"{p.name} {relation} {t.text()}", rewriting)
        else:
            yield replace(part, scope=Scope(classes, part.scope.parameters))


def _below(part: Part, p: Parameter, t: Constant) -> Rewriting:
    """p = lo + (t - lo) s with 0 < s < 1 (0 <= s if lo is closed), or t - s with s > 0."""
    name, low = _unused(p.name, part.scope), p.interval.low
    own = symbol_of(p)
    if low is None:
        fresh = Parameter(name, above=0)
        return Rewriting(p, term(t) - fresh, fresh, t.sympy() - own)
    fresh = Parameter(name, above=0, below=1) if p.interval.low_open else Parameter(name, at_least=0, below=1)
    inverse = (own - _sympy(low)) / (t.sympy() - _sympy(low))
    value = lift(low) + (term(t) - lift(low)) * fresh if low else term(t) * fresh
    return Rewriting(p, value, fresh, inverse)


def _above(part: Part, p: Parameter, t: Constant) -> Rewriting:
    """p = t + (hi - t) s with 0 < s < 1 (s <= 1 if hi is closed), or t + s with s > 0."""
    name, high = _unused(p.name, part.scope), p.interval.high
    own = symbol_of(p)
    if high is None:
        fresh = Parameter(name, above=0)
        return Rewriting(p, term(t) + fresh, fresh, own - t.sympy())
    fresh = Parameter(name, above=0, below=1) if p.interval.high_open else Parameter(name, above=0, at_most=1)
    inverse = (own - t.sympy()) / (_sympy(high) - t.sympy())
    return Rewriting(p, term(t) + (lift(high) - term(t)) * fresh, fresh, inverse)


def _rewritten(part: Part, classes: Classes, where: str, rewriting: Rewriting) -> Part:
    formula = part.formula.with_terms({rewriting.parameter.name: rewriting.value})
    fresh = () if rewriting.fresh is None else (rewriting.fresh,)
    others = tuple(q for q in part.scope.parameters if q.name != rewriting.parameter.name)
    scope = Scope(classes, tuple(sorted((*others, *fresh), key=lambda q: q.name)))
    return Part(formula, scope, f"{part.where} and {where}" if part.where else where, (*part.rewritings, rewriting))


def _unused(name: str, scope: Scope) -> str:
    """A name for the fresh parameter that no other one has."""
    taken = {p.name for p in scope.parameters}
    fresh = f"{name}_side"
    while fresh in taken:
        fresh += "_"
    return fresh


def _sympy(value: Fraction) -> Expr:
    return sympy.Rational(value.numerator, value.denominator)
