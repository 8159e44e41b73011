"""Which weight, or which value of a parameter, makes two losses have the same leading outputs.  (THEORY 16.)"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import sympy
from sympy import Expr

from symcheck.budget import SECONDS, Budget, reading, stopping
from symcheck.conditions.agreement.agree import disagreement
from symcheck.conditions.cases.witness_points import decimals
from symcheck.design.matching.kappas import Kappa, Kappas, kappas_of, one_kappa_for_all, pairs
from symcheck.design.matching.solving import Equation
from symcheck.design.matching.value import EVERY, Match, Solution
from symcheck.design.pair_given import shared_scope
from symcheck.errors import ParameterError, ScopeError, did_you_mean
from symcheck.field.ball import PRECISIONS
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.given import Given, subject_of
from symcheck.intake.parser import parsed
from symcheck.language.exact import Number, exact, exact_text
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.language.terms_of import term_of_formula
from symcheck.problem import Subject
from symcheck.reason import Code, Reason, Undecided


def match(
    a: Given,
    *,
    to: Given,
    C: int | None = None,
    parameter: str | None = None,
    weight: Number | str = 1,
    classes: int | Sequence[int] | Classes | None = None,
    budget: float = SECONDS,
) -> Match:
    """What makes the loss ``a`` match the loss ``to``: the same kappa/lambda, so the same leading outputs.

    Without a ``parameter`` the weight lambda_a/lambda_b = kappa_a/kappa_b.  With one, the values of that parameter of
    ``a`` at which kappa_a = ``weight`` kappa_b, where ``weight`` is lambda_a/lambda_b.  ``C`` is the number of
    classes; without it the answer is a formula in C, for ``classes`` (every C >= 2 unless given).

    Raises what ``certify`` raises for what it cannot read, ``FormulaError`` for a loss that treats the classes
    differently, ``ParameterError`` for a parameter that ``a`` does not have, ``ScopeError`` for a C outside.

    >>> print(match("gce", to="cross_entropy", C=10).value)
    10**(-q)
    >>> match("gce", to="cross_entropy", C=10, parameter="q").verdict.name
    'REFUTED'
    """
    asked = _asked(C, classes)
    whole = Budget(budget)
    ratio = exact_text(weight, "weight") if isinstance(weight, str) else exact(weight, "weight")
    if ratio <= 0:
        raise ParameterError(f"weight: got {ratio}; accepted is lambda_a/lambda_b, a number > 0")
    with reading(budget):
        first = one_kappa_for_all(subject_of(a, "loss", asked), "a")
        second = one_kappa_for_all(subject_of(to, "loss", asked), "to")
    scope = shared_scope(first, second, asked)
    looked_for = None if parameter is None else _parameter(parameter, first, second)
    factor = sympy.Rational(ratio.numerator, ratio.denominator)
    with whole.in_force():
        question = _Question(first, second, scope, looked_for, factor, whole)
        try:
            with stopping():
                return question.answer()
        except Undecided as stop:
            return question.told(Verdict.UNDECIDED, reason=stop.reason)


def _asked(C: int | None, classes: int | Sequence[int] | Classes | None) -> Classes:
    if C is None:
        return Classes.of(classes)
    if classes is not None and C not in Classes.of(classes):
        raise ScopeError(f"C: got {C}, which is not in classes = {Classes.of(classes)}; give one of the two")
    try:
        return Classes.of(C)
    except ScopeError as error:
        raise ScopeError(f"C: {error}") from None


def _parameter(name: str, first: Subject, second: Subject) -> Parameter:
    """The free parameter of ``first`` called ``name``; raises ``ParameterError`` if it has none, or both have it."""
    free = {p.name: p for p in first.formula.parameters}
    if name not in free:
        given = f", which is given as {first.values[name]}: leave it free" if name in first.values else ""
        known = ", ".join(free) or "none"
        raise ParameterError(
            f"parameter: {first.title} has no free parameter {name}{given}; free there: {known}{did_you_mean(name, free)}"
        )
    if any(p.name == name for p in second.formula.parameters):
        raise ParameterError(
            f"parameter: {name} is free in both losses, and one name is one number; give it a value in {second.name}, "
            "or another name"
        )
    return free[name]


@dataclass(frozen=True)
class _Question:
    """Two losses and what is looked for: a weight, or the values of a parameter at a weight."""

    first: Subject
    second: Subject
    scope: Scope
    parameter: Parameter | None
    weight: Expr
    budget: Budget

    def answer(self) -> Match:
        """The weights by cases, or the values of the parameter."""
        one = kappas_of(self.first.formula, self.scope, self.budget)
        two = kappas_of(self.second.formula, self.scope, self.budget)
        shown = _only(one), _only(two)
        exceptions = tuple(w.told(s.title) for k, s in ((one, self.first), (two, self.second)) for w in k.without)
        combined = list(pairs(one, two))
        is_quotient = any(k.tier is Tier.QUOTIENT for _, *both in combined for k in both)
        known = replace(self.told(Verdict.UNDECIDED), kappas=shown, exceptions=exceptions, is_quotient=is_quotient)
        return self._weights(known, one, two) if self.parameter is None else self._values(known, one, two)

    def told(self, verdict: Verdict, reason: Reason | None = None) -> Match:
        """The answer with nothing found."""
        name = None if self.parameter is None else self.parameter.name
        return Match(self.first, self.second, self.scope, name, self.weight, verdict, (None, None), reason=reason)

    def _weights(self, known: Match, one: Kappas, two: Kappas) -> Match:
        solutions = tuple(self._weight(classes, a, b) for classes, a, b in pairs(one, two))
        rest = [w.verdict for k in (one, two) for w in k.without]
        verdict = Verdict.PROVED if not rest else max(rest, key=lambda v: v.value)
        reason = next((w.reason for k in (one, two) for w in k.without if w.reason is not None), None)
        return replace(known, verdict=verdict, solutions=solutions, reason=reason)

    def _weight(self, classes: Classes, one: Kappa, two: Kappa) -> Solution:
        field = Field(Scope(classes, self.scope.parameters), self.budget)
        value: Expr = one.value / two.value
        decimal = ""
        where = " and ".join(x for x in (one.where, two.where) if x)
        try:
            element = field.from_sympy(one.value) / field.from_sympy(two.value)
        except Undecided:
            return Solution(classes, where, value)  # where the form of a case needs what the case says
        value = element.sympy()
        if not field.depends(element):
            decimal = decimals(element.ball({"C": classes.low}, PRECISIONS[1]))[0]
        return Solution(classes, where, value, decimal)

    def _values(self, known: Match, one: Kappas, two: Kappas) -> Match:
        solutions: list[Solution] = []
        # Where the tier is open there may be values that nobody sees; where it is known to be another one there is
        # no kappa.
        reason = next(
            (_reason(w.reason) for k in (one, two) for w in k.without if w.verdict is Verdict.UNDECIDED), None
        )
        for equation in self._equations(one, two):
            try:
                for solution in equation.solutions(self.budget):
                    self._check(solution, equation)
                    solutions.append(solution)
            except Undecided as stop:
                self.budget.check()
                reason = reason or stop.reason
        verdict = Verdict.UNDECIDED if reason is not None else Verdict.PROVED if solutions else Verdict.REFUTED
        return replace(known, verdict=verdict, solutions=tuple(solutions), reason=reason, why=self._why(one, two))

    def _equations(self, one: Kappas, two: Kappas) -> Iterator[Equation]:
        assert self.parameter is not None
        for classes, a, b in pairs(one, two):
            yield Equation(a, b, classes, self.weight, self.parameter, self.scope)

    def _why(self, one: Kappas, two: Kappas) -> str:
        return ""

    def _check(self, solution: Solution, equation: Equation) -> None:
        """Certify ``a`` at the solution once more; raises ``Undecided`` if its kappa is another one."""
        assert self.parameter is not None
        if solution.decimal == EVERY or solution.value is None:
            return
        scope = Scope(solution.classes, tuple(p for p in self.scope.parameters if p.name != self.parameter.name))
        field = Field(scope, self.budget)
        value = field.from_sympy(solution.value)
        formula = _put_in(self.first.formula, self.parameter, value, scope)
        for kappa in kappas_of(formula, scope, self.budget).found:
            excess = field.from_sympy(kappa.value) - field.from_sympy(self.weight * equation.two.value)
            if field.sign(excess).kind in (Kind.POSITIVE, Kind.NEGATIVE):
                told = f"at {self.parameter.name} = {value.text()} it is {kappa.value}"
                raise disagreement("kappa", told)


def _put_in(formula: Formula, parameter: Parameter, value: Element, scope: Scope) -> Formula:
    known = {p.name: p for p in scope.parameters}
    term = term_of_formula(parsed(value.text(), kind="constant", parameters=known))
    return formula.with_terms({parameter.name: term})


def _only(kappas: Kappas) -> Expr | None:
    return kappas.found[0].value if len(kappas.found) == 1 and not kappas.without else None


def _reason(reason: Reason | None) -> Reason:
    why = "the tier of a part of the scope is open"
    return reason or Reason(Code.SIGN_UNKNOWN, why, "give values to other parameters, or C")
