"""Drop the linear part of the penalty: g - <grad g(0), z> is stationary at 0, where g is not."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.budget import Budget
from symcheck.certificates.certificate import Certificate
from symcheck.conditions.curvature.regularizer_report import regularizer_report
from symcheck.conditions.remembered import remembered
from symcheck.design.change import Change, Rule, fails, less_multiple_of_sum, with_regularizer
from symcheck.findings.condition import Condition


def _changes(certificate: Certificate) -> Iterator[Change]:
    formula = certificate.regularizer.formula
    if formula.is_classwise or not fails(certificate, Condition.REGULARIZER_GRADIENT):
        return
    report = remembered(regularizer_report, formula, certificate.scope.of(formula), Budget())
    # Of a function without a label all entries of the gradient are one number.
    if report.agreed is None or report.agreed.constants.g_k.is_zero:
        return
    yield with_regularizer(
        certificate,
        less_multiple_of_sum(formula, report.agreed.constants.g_k),
        "another penalty: 0 is a stationary point of it; the Hessian stays, and convexity where it holds",
    )


RULE = Rule("drop the linear part of the penalty", 50, _changes, completes=True, keeps=(Condition.REGULARIZER_CONVEX,))
