"""Parts of a scope: some of its numbers of classes, and a cell of the values of its parameters.

A cell a < p < b of a parameter p is a scope of the same kind again.  Where a and b are rational, p gets that interval.
Where they depend on C, on other parameters, or are irrational, p is written in a new free s,

    p = a + (b - a) s  with 0 < s < 1,    p = a + s  with s > 0,    p = b + s  with s < 0,

and where p is one value t, p = t.  What is found is written in p again.  Every rewriting increases with its s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import sympy
from sympy import Expr
from sympy.logic.boolalg import Boolean

from symcheck.field.constant_reading import constant
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.symbols import C_SYMBOL, symbol_of
from symcheck.findings.step import Derivation, Step
from symcheck.language.formula import Formula
from symcheck.language.interval import Interval
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Term
from symcheck.render.expression import expression_text

MOST_OPERATIONS = 150
"""An expression of more operations is not cancelled, when it is written in another parameter again."""

_RELATIONS = {"<": sympy.Lt, "<=": sympy.Le, "=": sympy.Eq, ">=": sympy.Ge, ">": sympy.Gt}


@dataclass(frozen=True)
class Rewriting:
    """``parameter`` = ``value``, which is ``expression`` in SymPy, a term in ``fresh``, C and other parameters.

    ``inverse`` is ``fresh`` by the parameter, in SymPy; both are None where the value has nothing fresh in it.
    """

    parameter: Parameter
    value: Term
    expression: Expr
    fresh: Parameter | None = None
    inverse: Expr | None = None

    @property
    def side(self) -> str:
        """Where the fresh parameter lies, in words."""
        return "" if self.fresh is None else f"{self.fresh.name} in {self.fresh.interval}"

    @property
    def keeps_wholes(self) -> bool:
        """Whether all values of the parameter are whole numbers, if they have to be."""
        if self.fresh is not None:
            return self.fresh.interval.integer
        return self.value.op == "number"

    def back(self, expression: Expr) -> Expr:
        """``expression`` in the old parameter again."""
        if self.fresh is None or self.inverse is None:
            return expression
        found = expression.subs(symbol_of(self.fresh), self.inverse)
        # a + (b - a) (p - a)/(b - a) is p, and a reader should see that.  Of a long expression it takes seconds.
        if self.inverse.is_Symbol or found.count_ops() > MOST_OPERATIONS:
            return found
        return sympy.cancel(found)

    def ahead(self, expression: Expr) -> Expr:
        """``expression`` in the fresh parameter."""
        return expression.subs(symbol_of(self.parameter), self.expression)

    def values(self, found: Mapping[str, Fraction], classes: int) -> dict[str, Fraction]:
        """The values ``found`` with that of the old parameter in the place of the fresh one's."""
        formula = Formula.of(self.value).with_values(found)
        value = constant(Field(Scope(Classes(classes, classes), formula.parameters)), formula).rational
        kept = {n: v for n, v in found.items() if self.fresh is None or n != self.fresh.name}
        return kept if value is None else {**kept, self.parameter.name: value}


@dataclass(frozen=True)
class Constraint:
    """``parameter`` stands in this ``relation`` to ``threshold``, an expression in C and the scope's parameters."""

    parameter: Parameter
    relation: str
    threshold: Expr

    @property
    def condition(self) -> Boolean:
        """The constraint as SymPy has it."""
        return _RELATIONS[self.relation](symbol_of(self.parameter), self.threshold)

    def cuts(self, side: Interval) -> Interval:
        """The part of ``side`` that a rational threshold leaves; all of it for another one."""
        # Where the threshold depends on C or another parameter, nothing is left out, which is safe: a part may be
        # empty.
        if not self.threshold.is_Rational:
            return side
        end = Fraction(int(self.threshold.p), int(self.threshold.q))
        return side.cut(self.relation, end)

    def implies(self, other: Constraint) -> bool:
        """Whether it leaves nothing of ``other`` to be said: both are about one parameter, with rational thresholds."""
        if self.parameter.name != other.parameter.name or not (
            self.threshold.is_Rational and other.threshold.is_Rational
        ):
            return False
        whole = self.parameter.interval
        return self.cuts(whole).within(other.cuts(whole))

    def __str__(self) -> str:
        return f"{self.parameter.name} {self.relation} {expression_text(sympy.together(self.threshold))}"


@dataclass(frozen=True)
class Part:
    """The ``formula`` in a part of a scope, in which the ``constraints`` on the parameters hold.

    ``rewritings`` lead there from the parameters of the whole scope; ``switch`` is the subexpression whose branch
    is settled here and elsewhere not, "" if the part was not cut out because of one.
    """

    formula: Formula
    scope: Scope
    constraints: tuple[Constraint, ...] = ()
    rewritings: tuple[Rewriting, ...] = ()
    switch: str = ""

    @property
    def where(self) -> str:
        """The constraints in words, "" for all values of the parameters."""
        return " and ".join(map(str, self.constraints))

    @property
    def is_wider(self) -> bool:
        """Whether it holds more than its share of the scope: a parameter of whole numbers is written in a real one."""
        # n = C/2 + s with s > 0 takes real values between the whole numbers: PROVED there holds for the whole ones,
        # and REFUTED may be so at none of them.
        return any(r.parameter.interval.integer and not r.keeps_wholes for r in self.rewritings)

    @property
    def is_empty(self) -> bool:
        """Whether SymPy knows that no values satisfy a constraint, as a whole number that is C/2 - 1/3."""
        return any(c.condition == sympy.false for c in self.constraints)

    @property
    def name(self) -> str:
        """The part in words."""
        return f"{self.scope.classes}, {self.where}" if self.constraints else str(self.scope.classes)

    @property
    def steps(self) -> Derivation:
        """How the parameters of the whole scope are written in this part."""
        shown = (r for r in self.rewritings if r.fresh is None or r.fresh.name != r.parameter.name)
        return tuple(Step(r.parameter.name, str(Formula.of(r.value)), r.side) for r in shown)

    def on(self, classes: Classes) -> Part:
        """The part with these classes alone."""
        return replace(self, scope=replace(self.scope, classes=classes))

    def back(self, expression: Expr) -> Expr:
        """``expression`` in the parameters of the whole scope."""
        # The last rewriting was made in the parameters that those before it had made.
        for r in reversed(self.rewritings):
            expression = r.back(expression)
        return expression

    def ahead(self, expression: Expr) -> Expr:
        """An ``expression`` of the whole scope in the parameters of this part."""
        for r in self.rewritings:
            expression = r.ahead(expression)
        return expression

    def text(self, c: Element) -> str:
        """``c`` in the parameters of the whole scope, its terms and factors in the order of ``expression_text``."""
        return expression_text(self.back(c.sympy()))

    def values(self, found: Mapping[str, Fraction], classes: int) -> dict[str, Fraction]:
        """Parameter values of this part as values of the whole scope's parameters; irrational ones are left out."""
        values = dict(found)
        for r in reversed(self.rewritings):
            values = r.values(values, classes)
        return values

    def condition(self, whole: Classes) -> Boolean:
        """What C and the parameters of the ``whole`` scope satisfy here."""
        return sympy.And(classes_condition(self.scope.classes, whole), *(c.condition for c in self.constraints))

    def rewritten(self, classes: Classes, constraints: tuple[Constraint, ...], rewriting: Rewriting) -> Part:
        """The part of these ``classes`` in which one more parameter is rewritten."""
        formula = self.formula.with_terms({rewriting.parameter.name: rewriting.value})
        fresh = () if rewriting.fresh is None else (rewriting.fresh,)
        others = tuple(q for q in self.scope.parameters if q.name != rewriting.parameter.name)
        scope = Scope(classes, tuple(sorted((*others, *fresh), key=lambda q: q.name)))
        return replace(
            self,
            formula=formula,
            scope=scope,
            constraints=(*(c for c in self.constraints if not any(d.implies(c) for d in constraints)), *constraints),
            rewritings=(*self.rewritings, rewriting),
        )

    def constraint(self, p: Parameter, relation: str, threshold: Expr) -> Constraint:
        """p ``relation`` ``threshold``, in which p may be fresh, as a constraint on a parameter of the whole scope."""
        for r in reversed(self.rewritings):
            if r.fresh is not None and r.fresh.name == p.name:
                p, threshold = r.parameter, r.expression.subs(symbol_of(r.fresh), threshold)
        return Constraint(p, relation, self.back(threshold) if self.rewritings else threshold)


def classes_condition(classes: Classes, whole: Classes) -> Boolean:
    """What C satisfies in these ``classes``, among those of the ``whole``."""
    if classes.fixed is not None:
        return sympy.true if whole.fixed is not None else sympy.Eq(C_SYMBOL, classes.low)
    low = sympy.true if classes.low == whole.low else sympy.Ge(C_SYMBOL, classes.low)
    high = sympy.true if classes.high == whole.high else sympy.Le(C_SYMBOL, classes.high)
    return sympy.And(low, high)
