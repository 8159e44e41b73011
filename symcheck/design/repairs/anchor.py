"""Move the penalty: its minimum at the scores whose sigmoid is 1/C, where binary losses of each class have no drift.

At z = s 1 with s = -log(C - 1) one-vs-rest logistic has d l/d z_k = 1/C - [k = y], which is -o_y.  The loss stays as it
is, and so do convexity and bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symcheck.certificates.certificate import Certificate
from symcheck.design.change import Change, Rule, fails
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.intake.anchor import anchor_of

PRIOR = "-log(C - 1)"
"""The score at which a class of C has the probability 1/C against the rest."""


def _changes(certificate: Certificate) -> Iterator[Change]:
    problem = certificate.problem
    if certificate.tier is Tier.QUOTIENT and fails(certificate, Condition.LOSS_GRADIENT):
        anchor = anchor_of(PRIOR, problem.loss, problem.regularizer)
        what = f"the penalty g(z - z_ref) with all entries of z_ref equal to {PRIOR}; the loss stays as it is"
        yield Change(replace(problem, anchor=anchor), what)


RULE = Rule("move the penalty", 12, _changes)
