"""Set a parameter: to the values that train it in the paper, or to the one value at which the pair is PROVED."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.budget import Budget
from symcheck.certificates.certificate import Certificate
from symcheck.conditions.gradient.loss_report import loss_report
from symcheck.conditions.remembered import remembered
from symcheck.design.change import Change, Rule, with_loss
from symcheck.findings.verdict import Verdict
from symcheck.intake.parser import parsed_constant
from symcheck.language.terms_of import term_of_formula
from symcheck.problem import Problem
from symcheck.render.expression import expression_text


def _changes(certificate: Certificate) -> Iterator[Change]:
    formula = certificate.loss.formula
    if formula.is_classwise or not formula.parameters:
        return
    report = remembered(loss_report, formula, certificate.scope.of(formula), Budget())
    known = {p.name: p for p in formula.parameters}
    for found in report.cases:
        for c in () if found.part is None or found.case.verdict is not Verdict.PROVED else found.part.constraints:
            if c.relation == "=":
                value = parsed_constant(expression_text(c.threshold), parameters=known)
                changed = formula.with_terms({c.parameter.name: term_of_formula(value)})
                yield with_loss(
                    certificate, term_of_formula(changed), f"the same loss at {c}, the one value at which it is proved"
                )
    values = {p.name: p.value(p.default) for p in certificate.scope.parameters if p.default is not None}
    if values:
        shown = ", ".join(f"{name} = {value}" for name, value in values.items())
        problem: Problem = certificate.problem.at(None, values)
        yield Change(problem, f"the same pair at {shown}, as it is trained")


RULE = Rule("set a parameter", 70, _changes)
