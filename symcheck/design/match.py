"""Which weight, or which value of a parameter, makes two losses have the same leading outputs.  (THEORY 16.)"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import sympy
from sympy import Expr

from symcheck.arguments.public import public
from symcheck.budget import SECONDS, Budget, reading, stopping
from symcheck.conditions.agreement.comparison import disagreement
from symcheck.conditions.cases.zeros import STRICT
from symcheck.design.matching.kappas import Kappa, Kappas, kappas_of, one_kappa_for_all, pairs
from symcheck.design.matching.solving import Equation, digits
from symcheck.design.matching.value import EVERY, Match, Solution
from symcheck.design.pair_given import shared_scope, subject_given, with_constant
from symcheck.errors import ParameterError, ScopeError, did_you_mean, shown
from symcheck.field.ball import PRECISIONS, working
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.findings.verdict import Verdict
from symcheck.intake.given import Given
from symcheck.language.exact import Number, exact_or_text
from symcheck.language.parameter import Parameter
from symcheck.language.scope import FEWEST, Classes, Scope
from symcheck.problem import Subject
from symcheck.readings.explicit.explicit import explicit_expansion
from symcheck.reason import Code, Reason, Undecided


@public
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

    Without a ``parameter`` the weight lambda_a/lambda_b = kappa_a/kappa_b, with b for ``to``.  With one, the values of
    that parameter of ``a`` at which kappa_a = ``weight`` kappa_b, where ``weight`` is lambda_a/lambda_b.

    Parameters: ``a`` and ``to`` losses as ``certify`` takes them; ``C`` >= 2 the number of classes, without which the
    answer is a formula in C, for ``classes`` (every C >= 2 unless given); ``parameter`` the name of a free parameter of
    ``a``; ``weight`` > 0, a number; ``budget`` in seconds.

    Returns a ``Match``.  Raises what ``certify`` raises for what it cannot read (``UnknownNameError``,
    ``NumberError``), ``FormulaError`` for a loss that treats the classes differently, ``ParameterError`` for a
    parameter that ``a`` does not have, or a weight without a parameter, and ``ScopeError`` for a C outside.

    >>> import symcheck as sc
    >>> print(sc.match("gce", to="cross_entropy", C=10).value)
    10**(-q)
    >>> print(sc.match("gce", to="mae", C=100, parameter="q").value)
    log(50)/(2*log(10))
    >>> sc.match("gce", to="cross_entropy", C=10, parameter="q").verdict.name
    'REFUTED'

    Source: docs/theory.md, section 16.
    """
    asked = _asked(C, classes)
    whole = Budget(budget)
    ratio = exact_or_text(weight, "weight")
    if ratio <= 0:
        raise ParameterError(f"weight: got {ratio}; accepted is lambda_a/lambda_b, a number > 0")
    if parameter is None and ratio != 1:
        raise ParameterError(
            f"weight: got {ratio}, and without a parameter it is what is looked for; leave it out, or say which "
            "parameter of a to look for"
        )
    with reading(budget):
        first = one_kappa_for_all(subject_given(a, "a", asked), "a")
        second = one_kappa_for_all(subject_given(to, "to", asked), "to")
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
    if isinstance(C, bool) or not isinstance(C, int) or C < FEWEST:
        raise ScopeError(
            f"C: got {shown(C)}; accepted is a number of classes, an integer C >= 2, or None for a formula"
        )
    if classes is not None and C not in Classes.of(classes):
        raise ScopeError(f"C: got {C}, and classes is {Classes.of(classes)}; give one of the two")
    return Classes.of(C)


def _parameter(name: str, first: Subject, second: Subject) -> Parameter:
    """The free parameter of ``first`` called ``name``; raises ``ParameterError`` if it has none, or both have it."""
    free = {p.name: p for p in first.formula.parameters}
    if not isinstance(name, str):
        raise ParameterError(
            f"parameter: got {shown(name)}; accepted is the name of a free parameter of {first.title}, as text; free "
            f"there: {', '.join(free) or 'none'}"
        )
    if name not in free:
        given = f", which is given as {first.values[name]}: leave it free" if name in first.values else ""
        known = ", ".join(free) or "none"
        raise ParameterError(
            f"parameter: {first.title} has no free parameter {name}{given}; free there: {known}"
            f"{did_you_mean(name, free)}"
        )
    if free[name].rounded:
        raise ParameterError(
            f"parameter: {name} is a number that was computed in floating point, and not free; write a Parameter for it"
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
        sides = ((one, self.first), (two, self.second))
        known = replace(
            self.told(Verdict.UNDECIDED),
            kappas=(one.shared, two.shared),
            exceptions=tuple(w.told(subject.title) for kappas, subject in sides for w in kappas.without),
        )
        return self._weights(known, one, two) if self.parameter is None else self._values(known, one, two)

    def told(self, verdict: Verdict, reason: Reason | None = None) -> Match:
        """The answer with nothing found."""
        name = None if self.parameter is None else self.parameter.name
        return Match(self.first, self.second, self.scope, name, self.weight, verdict, (None, None), reason=reason)

    def _weights(self, known: Match, one: Kappas, two: Kappas) -> Match:
        used = [(classes, a, b) for classes, a, b in pairs(one, two) if a.is_positive and b.is_positive]
        found = [self._weight(*pair) for pair in used]
        without = (*one.without, *two.without)
        verdict = min((w.verdict for w in without), key=lambda v: v.value, default=Verdict.PROVED)
        reason = next((w.reason for w in without if w.reason is not None), None)
        is_quotient = any(a.has_drift or b.has_drift for _, a, b in used)
        return replace(known, verdict=verdict, solutions=self._joined(found), reason=reason, is_quotient=is_quotient)

    def _weight(self, classes: Classes, one: Kappa, two: Kappa) -> Solution:
        field = Field(Scope(classes, self.scope.parameters), self.budget)
        where = " and ".join(x for x in (one.where, two.where) if x)
        try:
            value = field.from_sympy(one.value) / field.from_sympy(two.value)
        except Undecided:  # the form of a case may need what the case says
            return Solution(classes, where, one.value / two.value)
        return Solution(classes, where, value.sympy(), digits(value, classes))

    def _joined(self, solutions: list[Solution]) -> tuple[Solution, ...]:
        """``solutions`` with one for a single C put into that for more, if it is what that is there."""
        found: list[Solution] = []
        for solution in sorted(solutions, key=lambda s: (s.where, s.classes.low)):
            last = found[-1] if found else None
            if last is not None and last.where == solution.where and self._is_at(last, solution):
                found[-1] = replace(solution, classes=Classes(last.classes.low, solution.classes.high))
            else:
                found.append(solution)
        return tuple(found)

    def _is_at(self, one: Solution, more: Solution) -> bool:
        """Whether ``one``, for a single C just below those of ``more``, has the value that ``more`` has at that C."""
        if one.classes.fixed is None or one.classes.low + 1 != more.classes.low:
            return False
        if one.value is None or more.value is None:
            return False
        field = Field(Scope(one.classes, self.scope.parameters), self.budget)
        with suppress(Undecided):
            return (field.from_sympy(one.value) - field.from_sympy(more.value)).is_zero
        return False

    def _values(self, known: Match, one: Kappas, two: Kappas) -> Match:
        solutions: list[Solution] = []
        # Where no kappa is known there may be values that nobody sees.  That of b has to be > 0, and then so is that of
        # a where they are equal.
        unseen = (
            *(w for w in one.without if not (w.is_known or w.is_everywhere)),
            *(w for w in two.without if not w.is_everywhere),
        )
        reason = next((_reason(w.reason) for w in unseen), None)
        is_quotient = False
        signs: set[Kind] = set()
        for equation in self._equations(one, two):
            try:
                found = list(equation.solutions(self.budget))
                for solution in found:
                    self._check(solution, equation)
                signs |= set() if found else {equation.sign(self.budget)}
                is_quotient |= bool(found) and (equation.one.has_drift or equation.two.has_drift)
                solutions += found
            except Undecided as stop:
                self.budget.check()
                reason = reason or stop.reason
        verdict = Verdict.UNDECIDED if reason is not None else Verdict.PROVED if solutions else Verdict.REFUTED
        side = _WHY.get(next(iter(signs))) if len(signs) == 1 else None
        target = "kappa_b" if self.weight == 1 else f"{self.weight} kappa_b"
        why = "" if side is None else f"kappa_a is {side} than {target} at all of them"
        return replace(
            known, verdict=verdict, solutions=self._joined(solutions), reason=reason, why=why, is_quotient=is_quotient
        )

    def _equations(self, one: Kappas, two: Kappas) -> Iterator[Equation]:
        assert self.parameter is not None
        for classes, a, b in pairs(one, two):
            if b.is_positive:
                yield Equation(a, b, classes, self.weight, self.parameter, self.scope)

    def _check(self, solution: Solution, equation: Equation) -> None:
        """Certify ``a`` at the solution once more; raises ``Undecided`` if its kappa is another one."""
        assert self.parameter is not None
        # What a condition leaves out is no scope, and the loss may have no value there.
        if solution.decimal == EVERY or solution.where:
            return
        others = tuple(p for p in self.scope.parameters if p.name != self.parameter.name)
        scope = Scope(solution.classes, others)
        field = Field(scope, self.budget)
        target = field.from_sympy(self.weight * equation.two.value)
        if solution.value is None:
            self._check_between(solution, self.weight * equation.two.value)
            return
        value = field.from_sympy(solution.value)
        formula = with_constant(self.first.formula, self.parameter, value, scope)
        for kappa in kappas_of(formula, scope, self.budget).found:
            excess = field.from_sympy(kappa.value) - target
            if field.sign(excess).kind in STRICT:
                raise disagreement("kappa", f"at {self.parameter.name} = {value.text()} it is {kappa.value}")

    def _check_between(self, solution: Solution, target: Expr) -> None:
        """That kappa is below the target at one end of the interval and above it at the other."""
        assert self.parameter is not None
        classes = solution.classes.low
        wanted = Field(Scope(solution.classes), self.budget).from_sympy(target).ball({"C": classes}, PRECISIONS[1])
        signs = set()
        for end in (solution.low, solution.high):
            assert end is not None
            # By power series in balls: exact forms of powers with such long exponents take long.
            found = explicit_expansion(self.first.formula, classes, {self.parameter.name: end})
            with working(PRECISIONS[1]):
                excess = found.g_k - found.g_y - wanted
            signs |= {1 if excess > 0 else -1 if excess < 0 else 0}
        if signs != {1, -1}:
            raise disagreement("kappa", f"it does not change sides between the ends about {solution.decimal}")


_WHY = {Kind.NEGATIVE: "less", Kind.POSITIVE: "more"}


def _reason(reason: Reason | None) -> Reason:
    why = "the tier of a part of the scope is open"
    return reason or Reason(Code.SIGN_UNKNOWN, why, "give values to other parameters, or C")
