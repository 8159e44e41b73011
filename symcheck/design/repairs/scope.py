"""Restrict the scope: to the numbers of classes, or to the values of a parameter, for which the pair is PROVED."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from sympy import Expr

from symcheck.budget import Budget
from symcheck.certificates.certificate import Certificate
from symcheck.conditions.cases.parts import Constraint
from symcheck.conditions.gradient.loss_report import loss_report
from symcheck.conditions.remembered import remembered
from symcheck.design.change import Change, Rule, Setting
from symcheck.field.symbols import C_SYMBOL
from symcheck.findings.verdict import Verdict
from symcheck.language.interval import Interval
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes

_MANY = 1000
"""Where no range of a parameter will do for every C, one is looked for that does up to so many classes."""


def _changes(certificate: Certificate) -> Iterator[Change]:
    problem = certificate.problem
    for run in _runs(certificate):
        yield Change(replace(problem, classes=run), f"the same pair, {run} only")
    formula = certificate.loss.formula
    if formula.is_classwise or not formula.parameters:
        return
    report = remembered(loss_report, formula, certificate.scope.of(formula), Budget())
    for found in report.cases:
        proved = found.part is not None and found.case.verdict is Verdict.PROVED and not found.case.is_special
        for c in found.part.constraints if proved and found.part is not None else ():
            yield from _ranges(certificate, c)


def _runs(certificate: Certificate) -> Iterator[Classes]:
    """The longest runs of numbers of classes for which all cases are PROVED, whatever the parameters are."""
    cases = [case for case in certificate.cases if not case.is_special]
    good = [c.classes for c in cases if c.verdict is Verdict.PROVED and not c.where]
    bad = [c.classes for c in cases if c.verdict is not Verdict.PROVED]
    good = sorted((c for c in good if all(c.common(b) is None for b in bad)), key=lambda c: c.low)
    joined: list[Classes] = []
    for run in good:
        last = joined[-1] if joined else None
        if last is not None and last.high is not None and run.low <= last.high + 1:
            high = None if run.high is None else max(last.high, run.high)
            joined[-1] = Classes(last.low, high)
        else:
            joined.append(run)
    # The whole scope is what was asked for already.
    return (run for run in joined if run != certificate.scope.classes)


def _ranges(certificate: Certificate, constraint: Constraint) -> Iterator[Change]:
    """The pair with the parameter on the side of the threshold on which it is PROVED, for all the classes asked for."""
    problem, whole, p = certificate.problem, certificate.scope.classes, constraint.parameter
    if constraint.relation == "=":
        return
    few, tried = whole.common(Classes(2, _MANY)), set[Interval]()
    for classes in (whole, few):
        if classes is None:
            continue
        ends = [_rational(constraint.threshold, n) for n in (classes.low, classes.high) if n is not None]
        for end in ends:
            side = None if end is None else p.interval.cut(constraint.relation, end)
            if side is not None and not side.is_empty and side not in tried:
                tried.add(side)
                narrowed = Parameter.of(p.name, side, p.default)
                formula = problem.loss.formula.with_terms({p.name: narrowed})
                # The entry has the same name for a narrower range of its parameter.
                changed = replace(problem, loss=replace(problem.loss, formula=formula), classes=classes)
                yield Change(changed, f"the same pair with {p.name} in {side}, {classes}")


def _rational(threshold: Expr, classes: int) -> Fraction | None:
    value = threshold.subs(C_SYMBOL, classes)
    return Fraction(int(value.p), int(value.q)) if value.is_Rational else None


RULE = Rule("restrict the scope", 80, _changes, completes=True, divides=True, settings=tuple(Setting))
