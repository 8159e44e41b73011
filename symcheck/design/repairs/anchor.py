"""Move the penalty: its minimum at the scores whose sigmoid is 1/C, where binary losses of each class have no drift.

At z = s 1 with s = -log(C - 1) one-vs-rest logistic has d l/d z_k = 1/C - [k = y], which is -o_y.  The loss stays as it
is, and so do convexity and bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symcheck.certificates.certificate import Certificate
from symcheck.conditions.agreement.sample_point import sample_values
from symcheck.design.change import Change, Rule, fails
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.intake.anchor import anchor_of
from symcheck.problem import Problem
from symcheck.readings.explicit.explicit import explicit_expansion

PRIOR = "-log(C - 1)"
"""The score at which a class of C has the probability 1/C against the rest."""

MOST_CLASSES = 12
"""More entries than these are not looked at before a certificate is asked for."""


def _changes(certificate: Certificate) -> Iterator[Change]:
    problem = certificate.problem
    if certificate.tier is Tier.QUOTIENT and fails(certificate, Condition.LOSS_GRADIENT):
        moved = replace(problem, anchor=anchor_of(PRIOR, problem.loss, problem.regularizer))
        # Where the drift stays a look at one point is enough, and a certificate would take far longer.
        if _may_vanish(moved):
            what = f"the penalty g(z - z_ref) with all entries of z_ref equal to {PRIOR}; the loss stays as it is"
            yield Change(moved, what)


def _may_vanish(moved: Problem) -> bool:
    """Whether the gradients at the anchor may add up to 0, by balls at one C with other classes than two."""
    classes = next((n for n in (3, moved.scope.classes.low) if n in moved.scope.classes), 0)
    # Balls are taken entry by entry.
    if classes > MOST_CLASSES:
        return True
    formula = moved.moved.loss.formula
    found = explicit_expansion(formula, classes, sample_values(moved.scope.of(formula)))
    return bool((found.g_y + (classes - 1) * found.g_k).contains(0))


RULE = Rule("move the penalty", 12, _changes)
