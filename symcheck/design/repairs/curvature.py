"""Add curvature: mean(z)^2/2 to a penalty that is flat along (1, ..., 1), ||z||^2/2 to one that is flat elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.certificates.certificate import Certificate
from symcheck.design.change import Change, Rule, refutes, with_regularizer
from symcheck.findings.condition import Condition
from symcheck.language.formula import symbols
from symcheck.language.functions import mean, total
from symcheck.language.terms_of import term_of_formula


def _changes(certificate: Certificate) -> Iterator[Change]:
    if not refutes(certificate, Condition.REGULARIZER_CURVATURE):
        return
    z, _ = symbols()
    penalty = term_of_formula(certificate.regularizer.formula)
    yield with_regularizer(
        certificate,
        penalty + mean(z) ** 2 / 2,
        "another penalty: it also holds the mean of the scores, which no prediction depends on",
    )
    yield with_regularizer(
        certificate, penalty + total(z**2) / 2, "another penalty: it also has the curvature of l2, in every direction"
    )


RULE = Rule("add curvature to the penalty", 60, _changes, completes=True)
