"""Subtract the drift: l - <d, z> with d = (1/C) sum_k b_k has b_y = -kappa o_y, where l has -kappa o_y + d (THEORY 16).

No other label-free term that is linear in z does so.
"""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.budget import Budget
from symcheck.certificates.certificate import Certificate
from symcheck.conditions.gradient.loss_report import loss_report
from symcheck.conditions.remembered import remembered
from symcheck.design.change import Change, Rule, fails, less_multiple_of_sum, with_loss
from symcheck.findings.condition import Condition


def _changes(certificate: Certificate) -> Iterator[Change]:
    formula = certificate.loss.formula
    if formula.is_classwise or not fails(certificate, Condition.LOSS_GRADIENT):
        return
    report = remembered(loss_report, formula, certificate.scope.of(formula), Budget())
    # By parts the drift is another one in each.
    if report.slope is None or report.slope.drift.is_zero:
        return
    yield with_loss(
        certificate,
        less_multiple_of_sum(formula, report.slope.drift),
        "another loss: its gradients at 0 lose the drift that they share; the Hessian and convexity stay",
    )


RULE = Rule("subtract the drift", 10, _changes, completes=True)
