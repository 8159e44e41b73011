"""Subtract the drift: l - <d, z> with d = (1/C) sum_k b_k has b_y = -kappa o_y, where l has -kappa o_y + d (THEORY 16).

No other label-free term that is linear in z does so.  Where the b_y differ in another way the sum of what is left is 0:
tier SYMLIN, one limit for clean and noisy labels.
"""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.budget import Budget
from symcheck.certificates.certificate import Certificate
from symcheck.conditions.gradient.loss_report import loss_report
from symcheck.conditions.remembered import remembered
from symcheck.design.change import Change, Rule, Setting, fails, less_multiple_of_sum, with_loss
from symcheck.design.plain import at
from symcheck.differentiation.derive import derived
from symcheck.findings.condition import Condition
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import total
from symcheck.language.label_terms import filled
from symcheck.language.over_labels import mean_over_labels
from symcheck.language.term import Term, Vec
from symcheck.language.terms_of import term_of_formula

_WHAT = (
    "another loss: its gradients at 0 lose the drift that they share; the Hessian stays, and convexity where it holds"
)


def _changes(certificate: Certificate) -> Iterator[Change]:
    formula, anchor = certificate.loss.formula, certificate.problem.anchor
    if not fails(certificate, Condition.LOSS_GRADIENT):
        return
    if anchor is not None:
        yield with_loss(certificate, _less_by_class(formula, filled(term_of_formula(anchor.formula))), _WHAT)
    elif formula.is_classwise:
        yield with_loss(certificate, _less_by_class(formula, filled(0)), _WHAT)
    else:
        yield from (with_loss(certificate, changed, _WHAT) for changed in _less(certificate))


def _less(certificate: Certificate) -> Iterator[Term]:
    """The loss less its drift c 1, if it has one, and the same one in all parts of the scope."""
    formula = certificate.loss.formula
    report = remembered(loss_report, formula, certificate.scope.of(formula), Budget())
    if report.form is not None and not report.form.c.is_zero:
        yield less_multiple_of_sum(formula, report.form.c)


def _less_by_class(formula: Formula, point: Term) -> Term:
    """The loss less <d, z> with an entry of d for each class: the gradient of (1/C) sum_k l(., k) at ``point``."""
    gradient = derived(Formula.of(mean_over_labels(formula))).gradient
    drift = term_of_formula(at(gradient, point))
    z, _ = symbols()
    return term_of_formula(formula) - total((drift if isinstance(drift, Vec) else Vec("filled", drift)) * z)


RULE = Rule(
    "subtract the drift",
    10,
    _changes,
    completes=True,
    keeps=(Condition.LOSS_CONVEX,),
    settings=(Setting.PAIR, Setting.ANCHOR),
)
